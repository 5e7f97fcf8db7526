import { firstNotBelow, type Ranking, rankingOf } from '../detectors/ranking.ts';
import type { ScoreCount } from './run-outcome.ts';

/**
 * Units of several runs, counted in bins that all runs share: bin 2i + 1 holds the i-th distinct score of a positive unit, bin 2i
 * the negatives between it and the next lower one. Average precision and ROC area need no more, so they stay exact, and resampling runs is cheap.
 */
export type Binned = {
  readonly bins: number;
  /** Of each run, in order, the bins that hold a unit. */
  readonly runs: readonly (readonly BinCount[])[];
};

type BinCount = { readonly bin: number; readonly positives: number; readonly negatives: number };

/**
 * @param runs the counts of each run
 * @param groups undefined: all positive units
 */
export function binned(runs: readonly (readonly ScoreCount[])[], groups: ReadonlySet<string> | undefined): Binned {
  const positivesIn = ({ anyPositive, positives }: ScoreCount) => {
    if (groups === undefined || anyPositive === 0) return anyPositive;
    let sum = 0;
    for (const key of groups) sum += positives[key] ?? 0;
    return Math.min(sum, anyPositive);
  };
  const positiveScores = runs.flatMap(run => run.filter(count => positivesIn(count) > 0).map(({ score }) => score));
  const cuts = [...new Set(positiveScores)].sort((a, b) => a - b);
  return {
    bins: 2 * cuts.length + 1,
    runs: runs.map(run => {
      const counts = new Map<number, { bin: number; positives: number; negatives: number }>();
      for (const count of run) {
        const bin = binOf(cuts, count.score);
        const known = counts.get(bin) ?? { bin, positives: 0, negatives: 0 };
        counts.set(bin, known);
        known.positives += positivesIn(count);
        known.negatives += count.negatives;
      }
      return [...counts.values()];
    }),
  };
}

function binOf(cuts: readonly number[], score: number): number {
  const low = firstNotBelow(cuts, score);
  return cuts[low] === score ? 2 * low + 1 : 2 * low;
}

/**
 * The ranking of pooled runs; a bin is a group of equal scores.
 *
 * @param weights how often each run counts
 */
export function rankingOfBins({ bins, runs }: Binned, weights: readonly number[]): Ranking {
  const positives = new Float64Array(bins);
  const negatives = new Float64Array(bins);
  for (const [run, counts] of runs.entries()) {
    const weight = weights[run] ?? 0;
    if (weight === 0) continue;
    for (const count of counts) {
      positives[count.bin] = (positives[count.bin] ?? 0) + weight * count.positives;
      negatives[count.bin] = (negatives[count.bin] ?? 0) + weight * count.negatives;
    }
  }
  return rankingOf(positives, negatives);
}
