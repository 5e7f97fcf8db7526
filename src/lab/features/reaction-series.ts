import { minuteMs } from '../../base/time.ts';
import type { EventRecord } from '../../data/dataset/record.ts';
import type { Unit } from './feature-set.ts';
import { learnReactions } from './reactions.ts';
import type { SeriesFeatures } from './series-counts.ts';

/** The column that `withReactions` adds. */
export const overdueColumn = 'overdue [min]';

/**
 * The same series with one more column, after its channels: for how long, at the end of the window, messages have lacked their usual
 * reaction. It is 0 where messages do not say what caused them. The unit names the types that they lack.
 */
export function withReactions(series: SeriesFeatures): SeriesFeatures {
  return {
    ...series,
    id: `${series.id}-reactions`,
    names: [...series.names, overdueColumn],
    fold(startMs) {
      const counts = series.fold(startMs);
      const reactions = learnReactions();
      // Units are completed by what comes after them: the reactions are looked at before they learn of it.
      const looked = (unit: Unit): Unit => {
        const overdue = reactions.overdue(unit.endMs);
        const minutes = Math.max(0, ...overdue.map(({ spanMs }) => spanMs)) / minuteMs;
        const lacking = overdue.map(({ reaction }) => reaction);
        return { ...unit, features: [...unit.features, minutes], ...(minutes === 0 ? {} : { lacking }) };
      };
      return {
        push(record: EventRecord) {
          const units = counts.push(record).map(looked);
          reactions.push(record);
          return units;
        },
        advance: timeMs => (counts.advance?.(timeMs) ?? []).map(looked),
        finish: endMs => counts.finish(endMs).map(looked),
      };
    },
  };
}
