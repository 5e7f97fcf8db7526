import { median } from 'simple-statistics';
import { groupBy } from '../../../base/group-by.ts';
import { dayMs, hourMs } from '../../../base/time.ts';
import { isWeekend } from '../../features/series-calendar.ts';
import type { SeriesWindow } from '../../features/series-memory.ts';
import { type AnnouncedRatios, withoutAnnounced } from './announced-ratios.ts';
import { type Forecast, mean, perChannel } from './forecasters.ts';
import { hoursAhead, type Origin } from './origin.ts';

/** The remembered hours before an origin as if nothing had been announced, and what is usual by them. */
export type UsualHours = {
  /** The oldest hour first. */
  readonly past: readonly SeriesWindow[];
  /**
   * Per column, the median of the same time of day, weekdays and weekends apart; all days where its own kind does not occur. The mean of all
   * hours where no day has it.
   */
  readonly medians: (startMs: number) => readonly number[];
};

/** A forecast asks for the same in several places, one after the other. */
let last:
  | { readonly origin: Origin; readonly ratios: AnnouncedRatios | undefined; readonly usual: UsualHours }
  | undefined;

/** @param ratios as for `withoutAnnounced` */
export function usualHours(origin: Origin, ratios: AnnouncedRatios | undefined): UsualHours {
  if (last?.origin !== origin || last.ratios !== ratios) last = { origin, ratios, usual: hoursOf(origin, ratios) };
  return last.usual;
}

function hoursOf({ originMs, hours, announced }: Origin, ratios: AnnouncedRatios | undefined): UsualHours {
  const memory = withoutAnnounced(hours, announced, ratios);
  const all = hours.before(originMs);
  const past: SeriesWindow[] = [];
  for (const { startMs } of all) {
    const counts = memory.at(startMs);
    if (counts !== undefined) past.push({ startMs, counts });
  }
  const kindOf = (startMs: number, weekend = isWeekend(startMs)) => {
    const sinceOriginMs = (startMs - originMs) % dayMs;
    return (weekend ? dayMs : 0) + (sinceOriginMs < 0 ? sinceOriginMs + dayMs : sinceOriginMs);
  };
  const ofKinds = groupBy(past, ({ startMs }) => kindOf(startMs));
  const computed = (startMs: number) => {
    const same = ofKinds.get(kindOf(startMs)) ?? ofKinds.get(kindOf(startMs, !isWeekend(startMs)));
    return same === undefined ? perChannel(all, mean) : perChannel(same, median);
  };
  const known = new Map<number, readonly number[]>();
  const medians = (startMs: number) => {
    const kind = kindOf(startMs);
    const found = known.get(kind) ?? computed(startMs);
    known.set(kind, found);
    return found;
  };
  return { past, medians };
}

/** The medians of the hours ahead, as if nothing had been announced. */
export function usualAhead(origin: Origin, ratios: AnnouncedRatios | undefined): Forecast {
  const { medians } = usualHours(origin, ratios);
  return Array.from({ length: hoursAhead }, (_, hour) => medians(origin.originMs + hour * hourMs));
}
