import { hourMs, minuteMs, type Span } from '../../base/time.ts';
import { poisson } from '../engine/distributions.ts';
import type { Shop } from './intervention.ts';

/** Visits that would not have been. */
export type ExtraVisits = Span & {
  /** Names the random streams; the caller's own. */
  readonly name: string;
  /** Rate of additional visits [1/h]. */
  readonly perHour: (timeMs: number) => number;
  /** Lets the visit of that name begin, now. */
  readonly begin: (name: string) => void;
};

/** Puts a Poisson stream of additional visits into the calendar, minute by minute. No other visit moves. */
export function extraVisits(shop: Shop, { name, startMs, endMs, perHour, begin }: ExtraVisits): void {
  const step = (fromMs: number) => {
    const minute = `${name}/minute/${Math.round((fromMs - startMs) / minuteMs)}`;
    const random = shop.world.stream(`anomaly/${minute}`);
    for (let left = poisson(random, (perHour(fromMs) * minuteMs) / hourMs); left > 0; left -= 1) {
      const visit = `${minute}/${left}`;
      shop.world.at(fromMs + random.uniform() * minuteMs, () => begin(visit));
    }
    if (fromMs + minuteMs < endMs) shop.world.at(fromMs + minuteMs, () => step(fromMs + minuteMs));
  };
  shop.world.at(startMs, () => step(startMs));
}
