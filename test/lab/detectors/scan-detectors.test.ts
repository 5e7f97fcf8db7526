import { expect, test } from 'vitest';
import { detectorFor } from '../../../src/lab/detectors/registry.ts';

test('a budget that follows from what a shop shows is not that of other systems', () => {
  const lstm = detectorFor('workload-shape');
  expect(lstm.falseAlarmsPerDay).toBe(1 / 220);
  expect(lstm.forTopics?.(['orders', 'payments'], undefined, 900_000).falseAlarmsPerDay).toBe(1 / 55);
});
