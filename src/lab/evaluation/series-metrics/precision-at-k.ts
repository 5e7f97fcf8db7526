import { groupBy } from '../../../base/group-by.ts';
import { meanOrNull } from './mean-or-null.ts';

/** An entity's highest score of a day, and whether it was anomalous then. */
export type DailyScore = { readonly day: number; readonly score: number; readonly isPositive: boolean };

/**
 * Precision at k per day: the share of anomalous entities among the k that have a day's highest scores, averaged over the days with any. Where a day
 * has fewer than k, as many are looked at as it has, so that a perfect ranking gets 1. Of equal scores any may come first; the mean over their orders
 * counts.
 *
 * @param k how many alarms a person can check a day
 * @returns null without an anomalous entity
 */
export function precisionAtK(entities: readonly DailyScore[], k: number): number | null {
  const precisions = [...groupBy(entities, ({ day }) => day).values()].flatMap(ofDay => {
    const positives = ofDay.filter(({ isPositive }) => isPositive).length;
    return positives === 0 ? [] : [precisionOfTop(ofDay, Math.min(k, positives))];
  });
  return meanOrNull(precisions);
}

function precisionOfTop(entities: readonly DailyScore[], looked: number): number {
  const least = entities.map(({ score }) => score).sort((a, b) => b - a)[looked - 1] ?? 0;
  const above = entities.filter(({ score }) => score > least);
  const tied = entities.filter(({ score }) => score === least);
  const positives = (some: readonly DailyScore[]) => some.filter(({ isPositive }) => isPositive).length;
  const drawn = (looked - above.length) / tied.length;
  return (positives(above) + drawn * positives(tied)) / looked;
}
