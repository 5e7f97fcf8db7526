import { expect, test } from 'vitest';
import { entityFeatures } from '../../../src/lab/audit/dataset-facts.ts';
import { detectors } from '../../../src/lab/detectors/registry.ts';
import { isEntityAnomaly } from '../../../src/lab/evaluation/matching.ts';

test.each([...new Set(detectors.map(({ anomaly }) => anomaly))])(
  'the audit looks at %s in the units that its detectors score, or in the series of the whole shop',
  anomaly => {
    const features = detectors.filter(detector => detector.anomaly === anomaly).map(detector => detector.features.id);
    expect(entityFeatures[anomaly] !== undefined).toBe(isEntityAnomaly(anomaly));
    if (isEntityAnomaly(anomaly)) expect(features).toContain(entityFeatures[anomaly]?.id);
  },
);
