import { z } from 'zod';
import type { FeatureSet } from '../../features/feature-set.ts';
import type { Detector } from '../detector.ts';
import { parseParameters, trainingImpossible } from '../parameters.ts';
import { averagePrecision } from '../ranking.ts';

const parametersSchema = z.object({
  feature: z.string(),
  direction: z.enum(['high', 'low']),
  averagePrecision: z.number(),
});

/** The single feature that ranks the training units best (OneR): what one figure can do, a tree must beat. */
export function stumpDetector(anomaly: string, features: FeatureSet): Detector {
  return {
    id: 'stump',
    anomaly,
    role: 'baseline',
    description:
      'The one feature, high or low, with the best average precision on the training units; its value is the score.',
    library: 'cqshop',
    features,
    supervised: true,
    async train(units) {
      let best: z.infer<typeof parametersSchema> | undefined;
      for (const [index, feature] of features.names.entries()) {
        for (const direction of ['high', 'low'] as const) {
          const sign = direction === 'high' ? 1 : -1;
          const precision = averagePrecision(
            units.map(({ unit, positive }) => ({ score: sign * (unit.features[index] ?? 0), positive })),
          );
          if (precision !== null && precision > (best?.averagePrecision ?? 0))
            best = { feature, direction, averagePrecision: precision };
        }
      }
      if (best === undefined) throw trainingImpossible('stump', 'no training unit is positive', 'at least one');
      return { parameters: best };
    },
    async load({ parameters }) {
      const { feature, direction } = parseParameters('stump', parametersSchema, parameters);
      const index = parseParameters('stump', z.int().nonnegative(), features.names.indexOf(feature), 'feature');
      const sign = direction === 'high' ? 1 : -1;
      return {
        score: unit => {
          const value = unit.features[index] ?? 0;
          const evidence = {
            text: `${Number(value.toPrecision(4))} ${features.phrases?.[feature] ?? feature}: ${direction}`,
            features: { [feature]: value },
          };
          return [{ unit, score: sign * value, explain: () => evidence }];
        },
        finish: () => [],
      };
    },
  };
}
