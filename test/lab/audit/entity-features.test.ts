import { expect, test } from 'vitest';
import { entityFeatures } from '../../../src/lab/audit/dataset-facts.ts';
import { detectableAnomalies, detectorsFor } from '../../../src/lab/detectors/registry.ts';
import { isEntityAnomaly } from '../../../src/lab/evaluation/matching.ts';

test.each(detectableAnomalies.filter(isEntityAnomaly))(
  'the audit searches for %s in the units that its detectors score',
  anomaly => {
    expect(detectorsFor(anomaly).map(({ features }) => features.id)).toContain(entityFeatures[anomaly].id);
  },
);

test('isEntityAnomaly: an unknown anomaly is about the whole shop', () => {
  expect(['price-error', 'workload-shape', 'series', 'toString'].filter(isEntityAnomaly)).toEqual(['price-error']);
});
