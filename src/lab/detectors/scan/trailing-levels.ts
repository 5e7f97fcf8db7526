import { hourMs } from '../../../base/time.ts';

/** How far back a level looks [h]. */
const levelHours: readonly number[] = [6, 24, 168];

/** An hour outside these shares of what was expected of it is clipped before it enters a level. */
const clipped = { least: 0.65, most: 1.4 } as const;
/** An hour beyond this factor says nothing about the level, and enters as expected: after an outage of days, ordinary traffic is no flood. */
const frozenFactor = 3;
/** The bounds are wider by so many standard deviations of a Poisson count, so that small counts are not clipped all the time. */
const clippedPoissonSds = 1;
/** A level is kept within these bounds: an outage or a flood must not become normal. */
export const levelBounds = { least: 0.5, most: 2 } as const;
/** Hours of a mean day that a level is taken to be 1 for, beside those that it has seen. */
const priorHours = 2;
/** The same in messages, for a series that is silent for days. */
const priorMessages = 1;

/**
 * What a count enters a level as: itself, or less or more where its hour is unusual.
 *
 * @param window.expected of this count
 * @param window.usual the level of the day before, a factor on what is expected
 * @param window.hour what was counted and expected in the hour that ends with this count
 */
export function countForLevel(
  count: number,
  window: {
    readonly expected: number;
    readonly usual: number;
    readonly hour: { readonly counted: number; readonly expected: number };
  },
): number {
  const { expected, usual, hour } = window;
  const ofHour = hour.expected * usual;
  const slack = clippedPoissonSds * Math.sqrt(ofHour);
  const isFrozen = hour.counted > frozenFactor * ofHour + slack || hour.counted < ofHour / frozenFactor - slack;
  const least = clipped.least * ofHour - slack;
  const most = clipped.most * ofHour + slack;
  const bound = isFrozen ? ofHour : hour.counted > most ? most : hour.counted < least ? least : undefined;
  if (bound === undefined) return count;
  return ofHour === 0 ? 0 : (bound / ofHour) * expected * usual;
}

/** One series against its forecast, summed over any of the last windows. Indices count windows from the first, 0. */
export type TrailingLevels = ReturnType<typeof trailingLevels>;

/**
 * Follows one series in constant memory: eight days and `longest` windows.
 *
 * @param longest of the tested spans [windows]
 */
export function trailingLevels(windowMs: number, longest: number) {
  const perHour = Math.max(1, Math.round(hourMs / windowMs));
  const spans = levelHours.map(hours => Math.max(1, Math.round((hours * hourMs) / windowMs)));
  const size = Math.max(...spans) + 24 * perHour + longest + 1;
  // Sums from the beginning up to each window; the difference of two is the sum between them.
  const counted = runningSum(size);
  const forecast = runningSum(size);
  const used = runningSum(size);

  function level(end: number, span: number): number {
    const from = Math.max(0, end - span);
    const day = Math.max(0, end - 24 * perHour);
    const perDay = end === day ? 0 : forecast.between(day, end) / (end - day);
    const prior = priorMessages + priorHours * perHour * perDay;
    const ratio = (used.between(from, end) + prior) / (forecast.between(from, end) + prior);
    return Math.min(levelBounds.most, Math.max(levelBounds.least, ratio));
  }

  return {
    /** Takes the next window. */
    push(count: number, expected: number): void {
      const end = counted.length();
      const from = Math.max(0, end + 1 - perHour);
      counted.push(count);
      forecast.push(expected);
      const hour = { counted: counted.between(from, end + 1), expected: forecast.between(from, end + 1) };
      used.push(countForLevel(count, { expected, usual: level(end, 24 * perHour), hour }));
    },
    /** Counted and forecast in the windows [from, to); `to` is at most the number of windows pushed. */
    counted: counted.between,
    forecast: forecast.between,
    /** Natural logarithms of counted / forecast over each of `levelHours` before window `end`, clipped; 0 is as forecast. */
    logLevels: (end: number): readonly number[] => spans.map(span => Math.log(level(end, span))),
  };
}

/** The sums of a series between any two of the last windows. */
export type RunningSum = ReturnType<typeof runningSum>;

/** Remembers the sums up to each of the last `size` positions. */
export function runningSum(size: number) {
  // A power of two, since a mask is several times faster than a remainder, and this is what a scan does most.
  const sums = new Float64Array(2 ** Math.ceil(Math.log2(size + 1)));
  const mask = sums.length - 1;
  let length = 0;
  let sum = 0;
  return {
    push(value: number): void {
      sum += value;
      length += 1;
      sums[length & mask] = sum;
    },
    length: () => length,
    between: (from: number, to: number) => (sums[to & mask] ?? 0) - (sums[Math.max(0, from) & mask] ?? 0),
  };
}
