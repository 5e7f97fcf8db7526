import { hourMs } from '../../../base/time.ts';
import type { ScanSeries } from './scan-spans.ts';
import type { ScanStatistics, SpanDeviation } from './scan-statistics.ts';

/** What raised a score is looked for in so many hours. */
const lookedBackMs = 6 * hourMs;
/** No score is lowered below this, a little less than what is reached once in 22 clean days. */
const usualScore = 0.9;
/** Log odds that what raised a score goes on, as long as counts say nothing about it. */
const priorLogOdds = 1;

/** A window with its score. */
export type JudgedWindow = {
  readonly score: number;
  readonly statistics: ScanStatistics;
  /** What raised the score; undefined if its end shows by itself. */
  readonly raisedBy: SpanDeviation | undefined;
};

/**
 * Lowers the scores after something unusual has ended: spans that contain it stay unusual for hours. The less likely it is that what raised the highest
 * score of the last six hours goes on, the nearer a score comes to a usual one.
 */
export function endedScores({
  windowMs,
  lengths,
}: Pick<ScanSeries, 'windowMs' | 'lengths'>): (window: JudgedWindow) => number {
  const lookedBack = Math.ceil(lookedBackMs / windowMs);
  const kept = 1 + lookedBack + Math.max(...lengths);
  const shortest = Math.min(...lengths);
  let last: readonly JudgedWindow[] = [];
  return ({ score, statistics, raisedBy }) => {
    last = [...last, { score, statistics: statistics.filter(({ windows }) => windows === shortest), raisedBy }];
    last = last.slice(-kept);
    if (score <= usualScore) return score;
    let peak = Math.max(0, last.length - 1 - lookedBack);
    for (let at = peak; at < last.length; at += 1) if ((last[at]?.score ?? 0) > (last[peak]?.score ?? 0)) peak = at;
    const raised = last[peak]?.raisedBy;
    return raised === undefined ? score : usualScore + stillOn(last, raised, peak, shortest) * (score - usualScore);
  };
}

/**
 * How likely it is that what raised the score of a window goes on. The log likelihood of Poisson counts, at the rate of what raised it against the
 * expected one, falls once it has ended; how far it lies below its highest value counts (CUSUM; Page 1954, doi:10.1093/biomet/41.1-2.100).
 */
function stillOn(last: readonly JudgedWindow[], raised: SpanDeviation, raisedAt: number, step: number): number {
  const rate = (raised.count + 0.5) / (raised.expected + 0.5);
  let [likelihood, lowest] = [0, 0];
  for (let at = last.length - 1; at > Math.max(0, raisedAt - raised.windows); at -= step) {
    const span = last[at]?.statistics.find(({ column }) => column === raised.column);
    likelihood += (span?.count ?? 0) * Math.log(rate) - (rate - 1) * (span?.expected ?? 0);
    lowest = Math.min(lowest, likelihood);
  }
  return (1 + Math.exp(-priorLogOdds)) / (1 + Math.exp(-lowest - priorLogOdds));
}
