import { z } from 'zod';
import type { FeatureSet } from '../../features/feature-set.ts';
import type { Detector } from '../detector.ts';
import { pointwise } from '../pointwise.ts';

/** Never alarms: shows what each metric gives for doing nothing. */
export function nullDetector(anomaly: string, features: FeatureSet): Detector {
  return pointwise({
    ...{ id: 'null', anomaly, features, role: 'control' },
    description: 'Scores every unit 0 and never alarms.',
    schema: z.strictObject({ constant: z.literal(0) }),
    fit: () => ({ constant: 0 as const }),
    score: (_, { constant }) => constant,
    explain: () => ({ text: 'nothing is looked at', features: {} }),
  });
}
