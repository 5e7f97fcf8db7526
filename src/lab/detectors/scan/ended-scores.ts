import type { ScanCells } from './fit-scan.ts';
import type { ScanSeries } from './scan-series.ts';
import type { ScanStatistics, SpanDeviation } from './scan-statistics.ts';

/** No score is lowered below this, a little less than what is reached once in 22 clean days. */
const usualScore = 0.9;

/** A window with its score. */
export type JudgedWindow = {
  readonly score: number;
  readonly statistics: ScanStatistics;
  /** The span that raised the score; undefined if its end shows by itself. */
  readonly raisedBy: SpanDeviation | undefined;
};

/**
 * Lowers the scores after something unusual has ended: spans that contain it stay unusual for hours. The less likely it is that what the span shows goes
 * on, the nearer a score comes to a usual one.
 *
 * @param cells by length, rising, and column
 */
export function endedScores(
  { lengths }: Pick<ScanSeries, 'lengths'>,
  cells: ScanCells,
): (window: JudgedWindow) => number {
  const [shortest, longest] = [Math.min(...lengths), Math.max(...lengths)];
  let last: readonly ScanStatistics[] = [];
  return ({ score, statistics, raisedBy }) => {
    last = [...last, statistics.filter(({ windows }) => windows === shortest)].slice(-longest);
    if (score <= usualScore || raisedBy === undefined) return score;
    const dispersion = cells[0]?.[raisedBy.column]?.dispersion ?? 1;
    return usualScore + goesOn(last, raisedBy, shortest, dispersion) * (score - usualScore);
  };
}

/**
 * How likely it is that what a span shows goes on: 1 as long as the latest counts do not speak against it, near 0 where they do. The log likelihood of
 * counts at the rate of the span, against that of counts as expected, falls once it has ended. So the figure depends on how far it lies below its highest
 * value in the span (CUSUM; Page 1954, doi:10.1093/biomet/41.1-2.100). It is twice the probability, if both were as likely before the latest counts.
 * Counts are Poisson, with a dispersion (quasi-likelihood; Wedderburn 1974).
 */
function goesOn(last: readonly ScanStatistics[], span: SpanDeviation, step: number, dispersion: number): number {
  const rate = (span.count + 0.5) / (span.expected + 0.5);
  let [since, lowest] = [0, 0];
  for (let at = last.length - 1; at >= Math.max(0, last.length - span.windows); at -= step) {
    const part = last[at]?.find(({ column }) => column === span.column);
    since += ((part?.count ?? 0) * Math.log(rate) - (rate - 1) * (part?.expected ?? 0)) / dispersion;
    lowest = Math.min(lowest, since);
  }
  return 2 / (1 + Math.exp(-lowest));
}
