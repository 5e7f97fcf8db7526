import { z } from 'zod';
import type { FeatureSet } from '../../features/feature-set.ts';
import { unitKey } from '../../features/unit-key.ts';
import type { Detector } from '../detector.ts';
import { drawOf } from '../draws.ts';
import { pointwise } from '../pointwise.ts';

/** Alarms by chance, as often as its threshold lets it: shows what each metric gives to a detector without knowledge. */
export function randomDetector(anomaly: string, features: FeatureSet): Detector {
  return pointwise({
    ...{ id: 'random', anomaly, features, role: 'control' },
    description: "A uniform draw that belongs to the seed and the unit's name.",
    schema: z.strictObject({ randomSeed: z.number() }),
    fit: (_, { seed }) => ({ randomSeed: seed }),
    score: (unit, { randomSeed }) => drawOf(randomSeed, unitKey(unit)),
    explain: () => ({ text: 'drawn at random', features: {} }),
  });
}
