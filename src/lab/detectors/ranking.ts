/** A score with its truth; `count` units have it, by default one. */
export type RankedScore = { readonly score: number; readonly positive: boolean; readonly count?: number };

/**
 * Average precision: Σ (Rₖ - Rₖ₋₁) Pₖ over the distinct scores from the highest down, as scikit-learn has it, so units of equal score
 * count together. A random score gives about the share of positives.
 *
 * @returns null without a positive unit
 */
export function averagePrecision(scores: readonly RankedScore[]): number | null {
  let positivesSeen = 0;
  let seen = 0;
  let sum = 0;
  for (const { positives, negatives } of byScoreFalling(scores)) {
    positivesSeen += positives;
    seen += positives + negatives;
    if (positives > 0) sum += positives * (positivesSeen / seen);
  }
  return positivesSeen === 0 ? null : sum / positivesSeen;
}

/**
 * Area under the ROC curve: the chance that a positive unit scores above a negative one, equal scores counting half.
 *
 * @returns null unless there are both positive and negative units
 */
export function rocAuc(scores: readonly RankedScore[]): number | null {
  let positivesSeen = 0;
  let negativesSeen = 0;
  let wins = 0;
  for (const { positives, negatives } of byScoreFalling(scores)) {
    wins += negatives * (positivesSeen + positives / 2);
    positivesSeen += positives;
    negativesSeen += negatives;
  }
  return positivesSeen === 0 || negativesSeen === 0 ? null : wins / (positivesSeen * negativesSeen);
}

function byScoreFalling(
  scores: readonly RankedScore[],
): readonly { readonly positives: number; readonly negatives: number }[] {
  const sorted = [...scores].sort((a, b) => b.score - a.score);
  const groups: { positives: number; negatives: number }[] = [];
  let last: number | undefined;
  for (const { score, positive, count = 1 } of sorted) {
    if (score !== last) groups.push({ positives: 0, negatives: 0 });
    last = score;
    const group = groups.at(-1);
    if (group === undefined) continue;
    if (positive) group.positives += count;
    else group.negatives += count;
  }
  return groups;
}
