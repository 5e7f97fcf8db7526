import { z } from 'zod';
import type { FeatureSet } from '../../features/feature-set.ts';
import { unitKey } from '../../features/unit-key.ts';
import type { Detector } from '../detector.ts';
import { drawOf } from '../draws.ts';
import { parseParameters } from '../parameters.ts';

/** Alarms by chance, as often as its threshold lets it: what a metric gives to a detector that knows nothing. */
export function randomDetector(anomaly: string, features: FeatureSet): Detector {
  return {
    id: 'random',
    anomaly,
    role: 'control',
    description: "A uniform draw that belongs to the seed and the unit's name.",
    library: 'cqshop',
    features,
    supervised: false,
    train: async (_, { seed }) => ({ parameters: { randomSeed: seed } }),
    async load({ parameters }) {
      const { randomSeed } = parseParameters('random', z.strictObject({ randomSeed: z.number() }), parameters);
      return {
        score: unit => [
          {
            unit,
            score: drawOf(randomSeed, unitKey(unit)),
            explain: () => ({ text: 'drawn at random', features: {} }),
          },
        ],
        finish: () => [],
      };
    },
  };
}
