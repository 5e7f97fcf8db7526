import { z } from 'zod';
import type { FeatureSet, Unit } from '../../features/feature-set.ts';
import { inWords } from '../../features/feature-table.ts';
import type { Detector } from '../detector.ts';
import { trainingImpossible } from '../parameters.ts';
import { pointwise } from '../pointwise.ts';
import { countedByScore, rankingOf } from '../ranking.ts';

const directions = ['high', 'low'] as const;

/** The single feature that ranks the training units best (OneR): a tree must beat what one figure can do. */
export function stumpDetector(anomaly: string, features: FeatureSet): Detector {
  const featureOf = (unit: Unit, feature: string) => unit.features[features.names.indexOf(feature)] ?? 0;
  const scoreOf = (unit: Unit, feature: string, direction: string) =>
    (direction === 'high' ? 1 : -1) * featureOf(unit, feature);
  return pointwise({
    ...{ id: 'stump', anomaly, features, role: 'baseline', supervised: true },
    description:
      'The one feature, high or low, with the best average precision on the training units; its value is the score.',
    schema: z.object({
      feature: z.enum(features.names),
      direction: z.enum(directions),
      averagePrecision: z.number(),
    }),
    fit(units) {
      const [best] = features.names
        .flatMap(feature => {
          const scores = units.map(({ unit, positive }) => ({ score: featureOf(unit, feature), positive }));
          const { positives, negatives } = countedByScore(scores);
          return directions.map(direction => {
            // The lowest come first; a low value scores high by its negative.
            const [right, wrong] =
              direction === 'high' ? [positives, negatives] : [positives.toReversed(), negatives.toReversed()];
            return { feature, direction, averagePrecision: rankingOf(right, wrong).averagePrecision ?? 0 };
          });
        })
        .sort((a, b) => b.averagePrecision - a.averagePrecision);
      if (best === undefined || best.averagePrecision === 0)
        throw trainingImpossible(
          'stump',
          'no training unit is positive',
          'at least one; train on a run that holds this anomaly',
        );
      return best;
    },
    score: (unit, { feature, direction }) => scoreOf(unit, feature, direction),
    explain(unit, { feature, direction }) {
      const value = featureOf(unit, feature);
      const text = `${inWords(value, features.phrases?.[feature] ?? feature)}: ${direction}`;
      return { text, features: { [feature]: value } };
    },
  });
}
