import { mean, median } from 'simple-statistics';
import { z } from 'zod';
import { groupBy } from '../../../base/group-by.ts';
import { sum } from '../../../base/sum.ts';
import { hourMs } from '../../../base/time.ts';
import { hourOfDay, isWeekend } from '../../features/series-calendar.ts';
import { announcedRatiosSchema } from './announced-ratios.ts';
import { type Example, exampleStepMs, type ShrunkUsual } from './correction.ts';
import { announcedRatios } from './learn-announced.ts';
import { type Origin, positionIn } from './origin.ts';
import { rowSchema, toRow } from './series-parameters.ts';
import { usualHours } from './usual-hours.ts';

/** Hours of a weekday, then of a day of a weekend. */
const kinds = 48;
/** How much the hours of training days count at most; the medians of the stream itself have the rest. */
const mostWeight = 0.75;
/** The variance of an hour's count is taken for this at least. */
const leastVariance = 0.5;

/** What is learnt of training days. */
export const usualDaysSchema = z.object({
  /** See `AnnouncedRatios`. */
  announced: announcedRatiosSchema,
  /** By column: the mean counts of the hours for which nothing was announced, of weekdays, then of weekends. */
  hours: z.array(rowSchema(kinds)),
});

/** What is learnt of training days: how they run, and what announcements do. */
export type UsualDays = z.output<typeof usualDaysSchema>;

/** Learns what is usual from clean days. */
export function usualDays(
  examples: readonly Pick<Example, 'origin' | 'actual'>[],
  columns: readonly string[],
): z.input<typeof usualDaysSchema> {
  const sums = columns.map(() => new Array<number>(kinds).fill(0));
  const times = new Array<number>(kinds).fill(0);
  // The next example begins then; most of what happens so soon is announced.
  for (const { origin, actual } of examples)
    for (const [hour, counts] of actual.slice(0, exampleStepMs / hourMs).entries()) {
      const startMs = origin.originMs + hour * hourMs;
      if (positionIn(origin.announced, startMs) !== undefined) continue;
      const kind = kindOfHour(startMs);
      times[kind] = (times[kind] ?? 0) + 1;
      for (const [column, own] of sums.entries()) own[kind] = (own[kind] ?? 0) + (counts[column] ?? 0);
    }
  return {
    announced: announcedRatios(examples, columns),
    hours: sums.map(own => toRow(own.map((counted, kind) => counted / Math.max(1, times[kind] ?? 0)))),
  };
}

/**
 * What is usual from a time on, from medians of the stream's last 22 days: these vary, so they are shrunk towards the hours of training days at the level
 * of the stream, the less the further the two are apart (James and Stein 1961). Announcements are left out.
 *
 * @returns of counts that begin at a time, what is usual instead
 */
export function shrunkUsual(origin: Origin, days: UsualDays): ShrunkUsual {
  const towards = hoursOfTraining(origin, days);
  return (counts, startMs, lengthMs) =>
    counts.map((count, column) => {
      const { weight = 0, expected = [] } = towards[column] ?? {};
      const ofTraining = rateAt(expected, startMs + lengthMs / 2) * (lengthMs / hourMs);
      return ofTraining > 0 ? (1 - weight) * count + weight * ofTraining : count;
    });
}

/** Between the middles of two hours, what lies between them; 0 where one of them is not known. */
function rateAt(expected: readonly number[], timeMs: number): number {
  const kind = kindOf(timeMs);
  const since = (timeMs % hourMs) / hourMs - 0.5;
  const first = kind < 24 ? 0 : 24;
  const [own = 0, next = 0] = [expected[kind], expected[first + ((kind + (since < 0 ? 23 : 1)) % 24)]];
  return own > 0 && next > 0 ? own + Math.abs(since) * (next - own) : 0;
}

/** By column: the hours of the training days at the level of the last 22 days, and how much they count. Hours that they lack are left out. */
function hoursOfTraining(origin: Origin, days: UsualDays) {
  const { past } = usualHours(origin, days.announced);
  const ofKinds = [...groupBy(past, ({ startMs }) => kindOfHour(startMs))];
  return days.hours.map((own, column) => {
    const known = ofKinds.flatMap(([kind, rows]): KindOfHour[] => {
      const usual = own[kind] ?? 0;
      return usual > 0 ? [{ usual, counts: bounded(rows.map(({ counts }) => counts[column] ?? 0)) }] : [];
    });
    if (known.length === 0) return { weight: 0, expected: own };
    const level =
      sum(known, ({ counts }) => sum(counts, count => count)) / sum(known, one => one.usual * one.counts.length);
    const weight = mostWeight * Math.min(1, 1 / Math.max(1e-9, meanSquare(known, level)));
    return { weight, expected: own.map(count => count * level) };
  });
}

/** One hour of the day on several days: what is usual on training days, and what was counted. */
type KindOfHour = { readonly usual: number; readonly counts: readonly number[] };

/** Counts of one hour on several days; a flood or a silence on one of them must not move the level of all. */
function bounded(counts: readonly number[]): readonly number[] {
  const middle = median([...counts]);
  return counts.map(count => Math.min(2 * middle + 3, Math.max(middle / 2 - 3, count)));
}

/** How far mean counts lie from what is usual, at a level: the mean square, in units of their variance. About 1 if nothing but chance parts them. */
function meanSquare(hours: readonly KindOfHour[], level: number): number {
  const rows = hours.map(({ usual, counts }) => ({ expected: usual * level, counts, mean: mean([...counts]) }));
  const squares = sum(rows, ({ counts, mean }) => sum(counts, count => (count - mean) ** 2));
  const ofPoisson = sum(rows, ({ counts, mean }) => mean * (counts.length - 1));
  const dispersion = ofPoisson > 0 ? Math.max(1, squares / ofPoisson) : 1;
  const distance = ({ expected, counts, mean }: (typeof rows)[number]) =>
    (counts.length * (mean - expected) ** 2) / (dispersion * Math.max(leastVariance, expected));
  return sum(rows, distance) / rows.length;
}

/** The hour of a weekday in which a time lies, or 24 plus that of a day of a weekend. */
function kindOf(timeMs: number): number {
  return (isWeekend(timeMs) ? 24 : 0) + hourOfDay(timeMs);
}

/** Of an hour that begins at a time: that of its middle, since streams need not begin on the hour. */
function kindOfHour(startMs: number): number {
  return kindOf(startMs + hourMs / 2);
}
