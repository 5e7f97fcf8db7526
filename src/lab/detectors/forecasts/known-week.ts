import { type AnnouncedRatios, ratiosAt, withoutAnnounced } from './announced-ratios.ts';
import { type Origin, type PastHour, pastWeek } from './origin.ts';

/** The last week as if what was announced were usual, oldest hour first. */
export function knownWeek(origin: Origin, ratios: AnnouncedRatios): readonly PastHour[] {
  const { originMs, hours, announced } = origin;
  return pastWeek({ originMs, hours: withoutAnnounced(hours, announced, ratios) }).map(({ startMs, usual }) => {
    const factors = ratiosAt(announced, startMs, ratios);
    return {
      startMs,
      counts: hours.at(startMs) ?? usual,
      usual: usual.map((count, column) => count * (factors[column] ?? 1)),
    };
  });
}
