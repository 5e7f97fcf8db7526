import { formatMoment, needsYear } from '../../../base/format-time.ts';
import { sum } from '../../../base/sum.ts';
import { dayMs, type Span } from '../../../base/time.ts';

/** Spans of one kind, drawn in a line below the counts. */
export type Lane = {
  readonly name: string;
  readonly spans: readonly Span[];
  /** One character, which fills the columns that a span touches. */
  readonly mark: string;
};

export type Timeline = {
  readonly startMs: number;
  /** Length of the window of each count [ms]. */
  readonly windowMs: number;
  /** NaN where nothing is known, which is drawn as a gap. */
  readonly counts: readonly number[];
  /** The bars begin at 0, and 0 has none; else they begin at the lowest value. Default true. */
  readonly isFromZero?: boolean;
  readonly lanes: readonly Lane[];
};

const bars = '▁▂▃▄▅▆▇█';

/**
 * Counts over time as a line of bars, with lanes of spans below it and an axis of dates. A column holds the mean of its windows;
 * the highest column has the full bar.
 *
 * @param name stands before the bars: 'messages'
 * @param width of the terminal [characters]
 */
export function terminalTimeline(
  name: string,
  { startMs, windowMs, counts, lanes, isFromZero = true }: Timeline,
  width: number,
): string {
  const shown = lanes.filter(({ spans }) => spans.length > 0);
  const margin = Math.max(...[name, ...shown.map(lane => lane.name)].map(({ length }) => length)) + 2;
  const columns = Math.max(1, Math.min(counts.length, width - margin));
  const columnMs = (counts.length * windowMs) / columns;
  const means = Array.from({ length: columns }, (_, column) => {
    const from = Math.floor((column * counts.length) / columns);
    const part = counts.slice(from, Math.max(from + 1, Math.floor(((column + 1) * counts.length) / columns)));
    const known = part.filter(count => !Number.isNaN(count));
    return sum(known, count => count) / known.length;
  });
  const drawn = means.filter(mean => !Number.isNaN(mean));
  const highest = Math.max(...drawn);
  const lowest = isFromZero ? 0 : Math.min(...drawn);
  const bar = (mean: number) => {
    if (Number.isNaN(mean) || (isFromZero && mean === 0)) return ' ';
    const share = highest === lowest ? 0 : (mean - lowest) / (highest - lowest);
    return bars[Math.min(bars.length - 1, Math.floor(share * bars.length))] ?? '';
  };
  const columnOf = (timeMs: number) => Math.floor((timeMs - startMs) / columnMs);
  const laneLine = ({ spans, mark }: Lane) =>
    Array.from({ length: columns }, (_, column) =>
      spans.some(span => columnOf(span.startMs) <= column && column <= columnOf(span.endMs - 1)) ? mark : ' ',
    ).join('');
  return [
    name.padEnd(margin) + means.map(bar).join(''),
    ...shown.map(lane => lane.name.padEnd(margin) + laneLine(lane)),
    ' '.repeat(margin) + axis(startMs, columnMs, columns),
  ]
    .map(line => line.trimEnd())
    .join('\n');
}

/** Dates at midnights, as many as fit; with the year, if there are several. */
function axis(startMs: number, columnMs: number, columns: number): string {
  const hasYear = needsYear({ startMs, endMs: startMs + columns * columnMs });
  let line = '';
  for (let midnight = Math.ceil(startMs / dayMs) * dayMs; ; midnight += dayMs) {
    const column = Math.round((midnight - startMs) / columnMs);
    const date = formatMoment(midnight, hasYear).slice(0, -' 00:00'.length);
    if (column + date.length > columns) return line;
    if (line === '' || column > line.length + 1) line = line.padEnd(column) + date;
  }
}
