import type { RunningSum, TrailingLevels } from './trailing-levels.ts';

/** One column, alone or given another, or one pair, over the span that ends with the present window. */
export type ScanSpan = {
  readonly count: number;
  /** What was forecast; of a given column, at the level of the other one in the span; of a pair, what its driver did, times the ratio of both in the week before the last day. */
  readonly forecast: number;
  /** 1, then the log levels before the span: the column's own, and the last column's, or of the one that it is given; of a pair, 1 alone. */
  readonly inputs: readonly number[];
};

/** The spans that end with the present window, by their beginning. */
export type SpansTo = (from: number, inputs: readonly number[]) => ScanSpan;

/** A level of 1 weighs as much as so many messages: the level of ordinary hours varies by about a quarter, and 1 / 0.25² = 16. */
const priorOfLevel = 16;
/** A flood or an outage of the other column is no level of this one. */
const levelsOfGiven = { least: 0.3, most: 1.5 } as const;
/** The usual ratio of a pair weighs as much as so many messages of its driver. */
const priorMessages = 50;

/** The spans of a column before window `to`, as all below. */
export function plainSpans({ counted, forecast }: TrailingLevels, to: number): SpansTo {
  return (from, inputs) => ({ count: counted(from, to), forecast: forecast(from, to), inputs });
}

/** What the other column counts in the span is a level for both, believed as far as its messages go: a holiday lowers visits and registrations alike. */
export function givenSpans(own: TrailingLevels, other: TrailingLevels, to: number): SpansTo {
  return (from, inputs) => {
    const level = (other.counted(from, to) + priorOfLevel) / (other.forecast(from, to) + priorOfLevel);
    return {
      count: own.counted(from, to),
      forecast: own.forecast(from, to) * Math.min(levelsOfGiven.most, Math.max(levelsOfGiven.least, level)),
      inputs,
    };
  };
}

/** The same spans, less what a channel counts in them. */
export function spansWithout(without: RunningSum, spans: SpansTo, to: number): SpansTo {
  return (from, inputs) => {
    const span = spans(from, inputs);
    return { ...span, count: span.count - without.between(from, to) };
  };
}

/** A pair as it is followed, and its usual ratio. */
export type FollowedPair = {
  readonly follower: RunningSum;
  readonly driver: RunningSum;
  readonly usual: number;
  /** Windows of a day. */
  readonly perDay: number;
};

/** The spans of a pair. What they share is computed once, for a beginning within the last day. */
export function pairSpans({ follower, driver, usual, perDay }: FollowedPair, to: number): SpansTo {
  const day = Math.max(0, to - perDay);
  /** The ratio in the week before a window. */
  const ratioUntil = (until: number) => {
    const week = Math.max(0, until - 7 * perDay);
    return (follower.between(week, until) + usual * priorMessages) / (driver.between(week, until) + priorMessages);
  };
  const missing = (ratio: number, since: number) => ratio * driver.between(since, to) - follower.between(since, to);
  // Without the last day: an outage that goes on must not lower the ratio that it is compared with.
  const ratioOfDay = ratioUntil(day);
  const missingOfDay = missing(ratioOfDay, day);
  return (from, inputs) => {
    const ratio = from < day ? ratioUntil(from) : ratioOfDay;
    const forecast = ratio * driver.between(from, to);
    // What is missing must be missing of the whole day: after an outage the follower works off what waited, and its driver is not behind.
    const open = Math.min(missing(ratio, from), Math.max(0, from < day ? missing(ratio, day) : missingOfDay));
    return { count: forecast - open, forecast, inputs };
  };
}
