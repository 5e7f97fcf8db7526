/** A score with its truth; `count` units have it, by default one. */
export type RankedScore = { readonly score: number; readonly positive: boolean; readonly count?: number };

/** How well scores rank positive units above negative ones; null where a figure has no meaning. */
export type Ranking = {
  /**
   * Σ (Rₖ - Rₖ₋₁) Pₖ over the distinct scores from the highest down, as in scikit-learn: units of equal score count together. A random
   * score gives about the share of positives. Null without a positive unit.
   */
  readonly averagePrecision: number | null;
  /** The chance that a positive unit scores above a negative one; equal scores count half. Null unless there are units of both kinds. */
  readonly rocAuc: number | null;
};

/**
 * The ranking of units that have been counted by score.
 *
 * @param positives positive units at each distinct score, the lowest score first; `negatives` likewise
 */
export function rankingOf(positives: ArrayLike<number>, negatives: ArrayLike<number>): Ranking {
  let [found, wrong, area, precisionSum] = [0, 0, 0, 0];
  for (let index = positives.length - 1; index >= 0; index -= 1) {
    const [right, other] = [positives[index] ?? 0, negatives[index] ?? 0];
    area += other * (found + right / 2);
    found += right;
    wrong += other;
    if (right > 0) precisionSum += right * (found / (found + wrong));
  }
  return {
    averagePrecision: found === 0 ? null : precisionSum / found,
    rocAuc: found === 0 || wrong === 0 ? null : area / (found * wrong),
  };
}

/** The ranking by single scores. */
export function rankingOfScores(scores: readonly RankedScore[]): Ranking {
  const { positives, negatives } = countedByScore(scores);
  return rankingOf(positives, negatives);
}

/** Units by score, as `rankingOf` takes them. */
export function countedByScore(scores: readonly RankedScore[]) {
  const byScore = new Map<number, { positives: number; negatives: number }>();
  for (const { score, positive, count = 1 } of scores) {
    const counts = byScore.get(score) ?? { positives: 0, negatives: 0 };
    byScore.set(score, counts);
    counts[positive ? 'positives' : 'negatives'] += count;
  }
  const ascending = [...byScore].sort(([a], [b]) => a - b).map(([, counts]) => counts);
  return {
    positives: ascending.map(({ positives }) => positives),
    negatives: ascending.map(({ negatives }) => negatives),
  };
}

/** The first index of a value that is not below `value`; the length where there is none. O(log n). */
export function firstNotBelow(ascending: readonly number[], value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
