import { firstNotBelow, type Ranking, rankingOf } from '../detectors/ranking.ts';
import type { RunOutcome } from './run-outcome.ts';

/**
 * A run's units, counted in bins. All pooled runs share the bins: bin 2i + 1 holds the i-th distinct score of a positive unit, bin 2i
 * the negatives between it and the next lower one. Average precision and ROC area need no more, so they stay exact, and resampling runs is cheap.
 */
export type Bins = { readonly positives: readonly number[]; readonly negatives: readonly number[] };

/** Bins of each outcome, in order. `groups` undefined: all positive units. */
export function binned(outcomes: readonly RunOutcome[], groups: ReadonlySet<string> | undefined): readonly Bins[] {
  const positivesIn = ({ anyPositive, positives }: RunOutcome['scores'][number]) => {
    if (groups === undefined) return anyPositive;
    let sum = 0;
    for (const key of groups) sum += positives[key] ?? 0;
    return Math.min(sum, anyPositive);
  };
  const cuts = [
    ...new Set(
      outcomes.flatMap(({ scores }) => scores.filter(count => positivesIn(count) > 0).map(({ score }) => score)),
    ),
  ].sort((a, b) => a - b);
  return outcomes.map(({ scores }) => {
    const positives = new Array<number>(2 * cuts.length + 1).fill(0);
    const negatives = new Array<number>(2 * cuts.length + 1).fill(0);
    for (const count of scores) {
      const bin = binOf(cuts, count.score);
      positives[bin] = (positives[bin] ?? 0) + positivesIn(count);
      negatives[bin] = (negatives[bin] ?? 0) + count.negatives;
    }
    return { positives, negatives };
  });
}

function binOf(cuts: readonly number[], score: number): number {
  const low = firstNotBelow(cuts, score);
  return cuts[low] === score ? 2 * low + 1 : 2 * low;
}

/**
 * The ranking of pooled runs; a bin is a group of equal scores. It is called hundreds of times a row for the intervals, so it creates no
 * object per bin.
 */
export function rankingOfBins(runs: readonly Bins[]): Ranking {
  const length = runs[0]?.positives.length ?? 0;
  const positives = new Float64Array(length);
  const negatives = new Float64Array(length);
  for (const run of runs) {
    for (let bin = 0; bin < length; bin += 1) {
      positives[bin] = (positives[bin] ?? 0) + (run.positives[bin] ?? 0);
      negatives[bin] = (negatives[bin] ?? 0) + (run.negatives[bin] ?? 0);
    }
  }
  return rankingOf(positives, negatives);
}
