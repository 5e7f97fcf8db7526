import { z } from 'zod';
import type { FeatureSet } from '../../features/feature-set.ts';
import type { Detector } from '../detector.ts';
import { parseParameters } from '../parameters.ts';

/** Never alarms: what a metric gives for doing nothing. */
export function nullDetector(anomaly: string, features: FeatureSet): Detector {
  return {
    id: 'null',
    anomaly,
    role: 'control',
    description: 'Scores every unit 0 and never alarms.',
    library: 'cqshop',
    features,
    supervised: false,
    train: async () => ({ parameters: { constant: 0 } }),
    async load({ parameters }) {
      const { constant } = parseParameters('null', z.strictObject({ constant: z.literal(0) }), parameters);
      return {
        score: unit => [{ unit, score: constant, explain: () => ({ text: 'nothing is looked at', features: {} }) }],
        finish: () => [],
      };
    },
  };
}
