import { dayMs } from '../../../base/time.ts';
import { weekMs } from '../../features/series-calendar.ts';
import { type SeriesChannels, totalOf } from '../../features/series-channels.ts';
import type { Series } from '../../features/series-counts.ts';
import { type RunningSum, runningSum, type TrailingLevels, trailingLevels } from './trailing-levels.ts';

/** A channel that follows another one, as indices of the channels, and how many of its messages come for one of its driver. */
export type ChannelPair = { readonly follower: number; readonly driver: number; readonly ratio: number };

/** A column that is compared with what is usual beside another one: registrations, given the visits of the same span. */
export type GivenColumn = {
  readonly column: string;
  readonly given?: string;
  /** A channel that is subtracted from it: visits, without those of a crowd. */
  readonly without?: string;
};

/** A series to be scanned, and over what. */
export type ScanSeries = Series & {
  /** What is compared with forecasts: names of channels, and `total`. */
  readonly columns: readonly string[];
  /** Columns that are compared given another one, beside the comparison with their forecasts alone. Default none. */
  readonly given?: readonly GivenColumn[];
  /** A deficit of a column is measured from this share of what was expected: ordinary days fall so low. Default 1. */
  readonly deficitShare?: number;
  /** Lengths of the tested spans [windows], rising. */
  readonly lengths: readonly number[];
  /** Channels that are compared with another one in the same span. */
  readonly pairs: readonly ChannelPair[];
};

/** The name of the column that counts all messages. */
export const totalColumn = 'total';

/** What a window counts per column. */
export function columnCounts(
  counts: readonly number[],
  { channels, columns }: { readonly channels: SeriesChannels; readonly columns: readonly string[] },
): readonly number[] {
  return columns.map(name =>
    name === totalColumn ? totalOf(counts, channels) : (counts[channels.names.indexOf(name)] ?? 0),
  );
}

/** A window to be scanned: its counts per channel, and the forecast per column. */
export type ScanWindow = { readonly counts: readonly number[]; readonly forecast: readonly number[] };

/** One column, alone or given another, or one pair, over the span that ends with the present window. */
export type ScanSpan = {
  readonly count: number;
  /** What was forecast; of a given column, at the level of the other one in the span; of a pair, what its driver did, times the ratio of both in the week before the last day. */
  readonly forecast: number;
  /** 1, then the log levels before the span: the column's own, and the last column's, or of the one that it is given; of a pair, 1 alone. */
  readonly inputs: readonly number[];
};

/** Whether the spans of a column, by its index, are read over a length, by its index. */
export type IsRead = (column: number, length: number) => boolean;

/** Takes a span that ends with the present window. @param column its index: the columns, the given columns, then the pairs */
export type TakeSpan = (span: ScanSpan, column: number, length: number) => void;

/**
 * Follows a series window by window. State: eight days of sums a column and a channel of a pair.
 *
 * @param isRead default: all are
 * @returns takes the next window, and hands out the spans that end with it, length after length, as far as the stream is long enough for them
 */
export function scanSpans(
  series: ScanSeries,
  isRead: IsRead = () => true,
): (window: ScanWindow, take: TakeSpan) => void {
  const { windowMs, channels, columns, lengths, pairs, given = [] } = series;
  const longest = Math.max(...lengths);
  const perDay = dayMs / windowMs;
  const perWeek = weekMs / windowMs;
  const followed = columns.map(() => trailingLevels(windowMs, longest));
  const last = followed.at(-1);
  const taken = new Map<number, RunningSum>();
  const ofGiven = given.map(({ column, given: other, without }) => ({
    own: levelsOf(column),
    other: other === undefined ? undefined : levelsOf(other),
    without: without === undefined ? undefined : sumOf(without),
  }));
  const compared = [
    ...followed.map(each => [each, last ?? each] as const),
    ...ofGiven.map(({ own, other = last }) => [own, other ?? own] as const),
  ];
  const paired = new Map<number, RunningSum>();
  for (const { follower, driver } of pairs)
    for (const channel of [follower, driver]) paired.set(channel, runningSum(perWeek + perDay + longest + 1));
  const readers: readonly (() => SpansTo)[] = [
    ...followed.map(levels => () => plainSpans(levels, windows)),
    ...ofGiven.map(({ own, other, without }) => () => {
      const spans = other === undefined ? plainSpans(own, windows) : givenSpans(own, other, windows);
      return without === undefined ? spans : spansWithout(without, spans, windows);
    }),
    ...pairs.map(pair => () => pairedSpans(pair)),
  ];
  const read = readers.map((reader, column) => ({ reader, over: lengths.map((_, length) => isRead(column, length)) }));
  const isReadAtAll = (column: number) => read[column]?.over.includes(true) === true;
  // Spans of several lengths begin at the same window, one after the other.
  const inputsFrom = new Map<number, readonly (readonly number[])[]>();
  let windows = 0;
  return (window, take) => {
    const counts = columnCounts(window.counts, series);
    for (const [column, levels] of followed.entries()) levels.push(counts[column] ?? 0, window.forecast[column] ?? 0);
    for (const [channel, sum] of taken) sum.push(window.counts[channel] ?? 0);
    for (const [channel, sum] of paired) sum.push(window.counts[channel] ?? 0);
    windows += 1;
    const spansTo = read.map(({ reader }, column) => (isReadAtAll(column) ? reader() : undefined));
    for (const [index, length] of lengths.entries()) {
      const from = windows - length;
      if (from < 0) continue;
      const inputs = inputsAt(from);
      for (const [column, { over }] of read.entries()) {
        const spans = over[index] ? spansTo[column] : undefined;
        if (spans !== undefined) take(spans(from, inputs[column] ?? ofPair), column, index);
      }
    }
  };

  function levelsOf(column: string): TrailingLevels {
    const levels = followed[columns.indexOf(column)];
    if (levels === undefined) throw new TypeError(`there is no column ${column}`);
    return levels;
  }

  function sumOf(name: string): RunningSum {
    const channel = channels.names.indexOf(name);
    if (channel < 0) throw new TypeError(`there is no channel ${name}`);
    const known = taken.get(channel) ?? runningSum(longest + 1);
    taken.set(channel, known);
    return known;
  }

  /** The inputs of the columns, then of the given columns. */
  function inputsAt(from: number): readonly (readonly number[])[] {
    const known = inputsFrom.get(from);
    if (known !== undefined) return known;
    const levels = new Map<TrailingLevels, readonly number[]>();
    const levelsBefore = (each: TrailingLevels) => {
      const found = levels.get(each) ?? each.logLevels(from);
      levels.set(each, found);
      return found;
    };
    const inputs = compared.map(([own, other], column) =>
      isReadAtAll(column) ? [1, ...levelsBefore(own), ...levelsBefore(other)] : ofPair,
    );
    inputsFrom.set(from, inputs);
    inputsFrom.delete(from - longest);
    return inputs;
  }

  /** The spans of a pair that end with the present window, by their beginning; what they share is computed once. */
  function pairedSpans({ follower, driver, ratio: usual }: ChannelPair): SpansTo {
    const [follows, drives] = [paired.get(follower), paired.get(driver)];
    if (follows === undefined || drives === undefined) throw new TypeError('a pair names a channel without a sum');
    const day = Math.max(0, windows - perDay);
    const ratioUntil = (until: number) => {
      const week = Math.max(0, until - perWeek);
      return (follows.between(week, until) + usual * priorMessages) / (drives.between(week, until) + priorMessages);
    };
    const missing = (ratio: number, since: number) =>
      ratio * drives.between(since, windows) - follows.between(since, windows);
    // Without the last day: an outage that goes on must not lower the ratio that it is compared with.
    const ratioOfDay = ratioUntil(day);
    const missingOfDay = missing(ratioOfDay, day);
    return (from, inputs) => {
      const ratio = from < day ? ratioUntil(from) : ratioOfDay;
      const forecast = ratio * drives.between(from, windows);
      // What is missing must be missing of the whole day: after an outage the follower works off what waited, and its driver is not behind.
      const open = Math.min(missing(ratio, from), Math.max(0, from < day ? missing(ratio, day) : missingOfDay));
      return { count: forecast - open, forecast, inputs };
    };
  }
}

/** The spans of a column that end with the present window, by their beginning. */
type SpansTo = (from: number, inputs: readonly number[]) => ScanSpan;

function plainSpans({ counted, forecast }: TrailingLevels, to: number): SpansTo {
  return (from, inputs) => ({ count: counted(from, to), forecast: forecast(from, to), inputs });
}

/** What the other column counts in the span is a level for both, believed as far as its messages go: a holiday lowers visits and registrations alike. */
function givenSpans(own: TrailingLevels, other: TrailingLevels, to: number): SpansTo {
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
function spansWithout(without: RunningSum, spans: SpansTo, to: number): SpansTo {
  return (from, inputs) => {
    const span = spans(from, inputs);
    return { ...span, count: span.count - without.between(from, to) };
  };
}

/** A level of 1 weighs as much as so many messages: the level of ordinary hours varies by about a quarter, and 1 / 0.25² = 16. */
const priorOfLevel = 16;
/** A flood or an outage of the other column is no level of this one. */
const levelsOfGiven = { least: 0.3, most: 1.5 } as const;

/** What is expected of a pair has no level. */
const ofPair: readonly number[] = [1];

/** The usual ratio of a pair weighs as much as so many messages of its driver. */
const priorMessages = 50;
