import { dayMs } from '../../../base/time.ts';
import { columnCounts, type ScanSeries, type ScanWindow } from './scan-series.ts';
import { givenSpans, pairSpans, plainSpans, type ScanSpan, type SpansTo, spansWithout } from './span-readers.ts';
import { type RunningSum, runningSum, type TrailingLevels, trailingLevels } from './trailing-levels.ts';

/** Whether the spans of a column, by its index, are read over a length, by its index. */
export type IsRead = (column: number, length: number) => boolean;

/** Takes a span that ends with the present window. @param column its index: the columns, the given columns, then the pairs */
export type TakeSpan = (span: ScanSpan, column: number, length: number) => void;

/**
 * Follows a series window by window. State: eight days of sums a column and a channel that is read by itself.
 *
 * @param isRead default: all are
 * @returns takes the next window, and hands out the spans that end with it, length after length, as far as the stream is long enough for them
 */
export function scanSpans(
  series: ScanSeries,
  isRead: IsRead = () => true,
): (window: ScanWindow, take: TakeSpan) => void {
  const { lengths } = series;
  const sums = seriesSums(series);
  const read = readersOf(series, sums)
    .map((reader, column) => ({ ...reader, column, over: lengths.map((_, length) => isRead(column, length)) }))
    .filter(({ over }) => over.includes(true));
  const inputsBefore = rememberedInputs(read, Math.max(...lengths));
  let windows = 0;
  return (window, take) => {
    sums.push(window);
    windows += 1;
    const spansTo = read.map(each => each.spansTo(windows));
    for (const [index, length] of lengths.entries()) {
      const from = windows - length;
      if (from < 0) continue;
      const inputs = inputsBefore(from);
      for (const [place, { column, over }] of read.entries()) {
        const spans = over[index] ? spansTo[place] : undefined;
        if (spans !== undefined) take(spans(from, inputs[place] ?? ofPair), column, index);
      }
    }
  };
}

type SeriesSums = ReturnType<typeof seriesSums>;

/** What a series counts: by column, beside its forecasts, and by channel, as far as channels are asked for before the first window. */
function seriesSums(series: ScanSeries) {
  const { windowMs, lengths } = series;
  const longest = Math.max(...lengths);
  const columns = series.columns.map(() => trailingLevels(windowMs, longest));
  const channels = new Map<number, RunningSum>();
  return {
    columns,
    push({ counts, forecast }: ScanWindow): void {
      const ofColumns = columnCounts(counts, series);
      for (const [column, levels] of columns.entries()) levels.push(ofColumns[column] ?? 0, forecast[column] ?? 0);
      for (const [channel, sum] of channels) sum.push(counts[channel] ?? 0);
    },
    levelsOf(column: string): TrailingLevels {
      const levels = columns[series.columns.indexOf(column)];
      if (levels === undefined) throw new TypeError(`there is no column ${column}`);
      return levels;
    },
    sumOf(channel: number): RunningSum {
      const known = channels.get(channel) ?? runningSum((8 * dayMs) / windowMs + longest + 1);
      channels.set(channel, known);
      return known;
    },
  };
}

/** How one column, given column or pair is read. */
type Reader = {
  /** Its own levels, and those of the last column or of the given one; none for a pair: what is expected of it has no level. */
  readonly levels?: readonly [own: TrailingLevels, other: TrailingLevels];
  /** The spans that end with a window. */
  readonly spansTo: (to: number) => SpansTo;
};

/** The readers in the order of `TakeSpan`. */
function readersOf({ windowMs, channels, given = [], pairs }: ScanSeries, sums: SeriesSums): readonly Reader[] {
  const last = sums.columns.at(-1);
  return [
    ...sums.columns.map((own): Reader => ({ levels: [own, last ?? own], spansTo: to => plainSpans(own, to) })),
    ...given.map(({ column, given: beside, without }): Reader => {
      const own = sums.levelsOf(column);
      const other = beside === undefined ? undefined : sums.levelsOf(beside);
      const less = without === undefined ? undefined : sums.sumOf(channelOf(without, channels.names));
      const spansTo = (to: number) => (other === undefined ? plainSpans(own, to) : givenSpans(own, other, to));
      return {
        levels: [own, other ?? last ?? own],
        spansTo: less === undefined ? spansTo : to => spansWithout(less, spansTo(to), to),
      };
    }),
    ...pairs.map(({ follower, driver, ratio: usual }): Reader => {
      const pair = { follower: sums.sumOf(follower), driver: sums.sumOf(driver), usual, perDay: dayMs / windowMs };
      return { spansTo: to => pairSpans(pair, to) };
    }),
  ];
}

function channelOf(name: string, names: readonly string[]): number {
  const channel = names.indexOf(name);
  if (channel < 0) throw new TypeError(`there is no channel ${name}`);
  return channel;
}

/** The inputs of the readers' spans by their beginning; remembered, since spans of several lengths begin at the same window, one after the other. */
function rememberedInputs(
  readers: readonly Reader[],
  longest: number,
): (from: number) => readonly (readonly number[])[] {
  const inputsFrom = new Map<number, readonly (readonly number[])[]>();
  return from => {
    const inputs = inputsFrom.get(from) ?? inputsAt(from, readers);
    inputsFrom.set(from, inputs);
    inputsFrom.delete(from - longest);
    return inputs;
  };
}

/** Columns have levels in common, which are computed once. */
function inputsAt(from: number, readers: readonly Reader[]): readonly (readonly number[])[] {
  const logLevels = new Map<TrailingLevels, readonly number[]>();
  const before = (levels: TrailingLevels) => {
    const known = logLevels.get(levels) ?? levels.logLevels(from);
    logLevels.set(levels, known);
    return known;
  };
  return readers.map(({ levels }) => (levels === undefined ? ofPair : [1, ...before(levels[0]), ...before(levels[1])]));
}

/** What is expected of a pair has no level. */
const ofPair: readonly number[] = [1];
