import { weekMs } from '../../features/series-calendar.ts';
import { type AnnouncedRatios, ratiosAt } from './announced-ratios.ts';
import type { Origin, PastHour } from './origin.ts';
import { usualHours } from './usual-hours.ts';

/** The last week as if what was announced were usual, oldest hour first. */
export function knownWeek(origin: Origin, ratios: AnnouncedRatios): readonly PastHour[] {
  const { originMs, hours, announced } = origin;
  const { past, medians } = usualHours(origin, ratios);
  return past
    .filter(({ startMs }) => startMs >= originMs - weekMs)
    .map(({ startMs }) => {
      const usual = medians(startMs);
      const factors = ratiosAt(announced, startMs, ratios);
      return {
        counts: hours.at(startMs) ?? usual,
        usual: usual.map((count, column) => count * (factors[column] ?? 1)),
      };
    });
}
