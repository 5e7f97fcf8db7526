import { dayMs, hourMs } from '../../../../src/base/time.ts';
import type { Unit } from '../../../../src/lab/features/feature-set.ts';
import { hourOfDay } from '../../../../src/lab/features/series-calendar.ts';
import type { SeriesChannels } from '../../../../src/lab/features/series-channels.ts';
import { seriesCounts } from '../../../../src/lab/features/series-counts.ts';

/** Monday, 2 March 2026. */
export const startMs = Date.UTC(2026, 2, 2);

/** Orders, and payments that follow them one by one. */
export const channels: SeriesChannels = {
  names: ['orders', 'payments'],
  of: ({ topic }) => (topic === 'orders' ? [0] : topic === 'payments' ? [1] : []),
  parts: 2,
  summed: 2,
  entity: { type: 'service', id: 'all' },
  isShop: false,
};

export const hourly = seriesCounts({ id: 'synthetic', windowMs: hourMs, channels });

/** A small generator of its own: the same numbers everywhere. */
function draws(seed: number): () => number {
  let state = seed * 2654435761;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 8) / 2 ** 24;
  };
}

function poisson(mean: number, draw: () => number): number {
  let count = -1;
  for (let product = 1; product > Math.exp(-mean); product *= draw()) count += 1;
  return count;
}

/** Some days of hours: 10 to 50 orders, by the hour of the day, and as many payments. */
export function ordinaryHours(seed: number, days: number): readonly Unit[] {
  const draw = draws(seed);
  return Array.from({ length: days * 24 }, (_, hour) => {
    const orders = poisson(30 - 20 * Math.cos((2 * Math.PI * hour) / 24), draw);
    return unitAt(hour, [orders, orders]);
  });
}

export function unitAt(hour: number, features: readonly number[]): Unit {
  const fromMs = startMs + hour * hourMs;
  return { startMs: fromMs, endMs: fromMs + hourMs, entity: channels.entity, features };
}

/** The units with the counts of some hours changed. */
export function changed(
  units: readonly Unit[],
  from: number,
  to: number,
  change: (counts: readonly number[]) => readonly number[],
): readonly Unit[] {
  return units.map((unit, hour) => (hour >= from && hour < to ? { ...unit, features: change(unit.features) } : unit));
}

/** The mean of `ordinaryHours` at a time. */
export function meanAt(timeMs: number): number {
  return 30 - 20 * Math.cos((2 * Math.PI * hourOfDay(timeMs)) / 24);
}

export { dayMs, hourMs };
