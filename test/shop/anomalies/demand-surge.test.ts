import { expect, test } from 'vitest';
import { hourMs } from '../../../src/base/time.ts';
import { surgeFits } from '../../../src/shop/anomalies/workload-shape/demand-surge.ts';
import { ExpectedDemand } from '../../../src/shop/customers/expected-demand.ts';
import { randomStreams } from '../../../src/shop/engine/random.ts';
import { readScenario } from '../../../src/shop/scenarios/read-scenario.ts';
import { resolveScenario } from '../../../src/shop/scenarios/resolve-scenario.ts';

const scenario = resolveScenario(await readScenario('clean'));
const demand = new ExpectedDemand(scenario.customers);

function fits(intensity: 'subtle' | 'moderate', fromHour: number): boolean {
  const startMs = scenario.startMs + fromHour * hourMs;
  const interval = { startMs, endMs: startMs + 4 * hourMs };
  const request = { id: 'surge', target: 'shop', variant: 'demand-surge', onset: 'creeping', intensity, ...interval };
  const random = randomStreams(820_001).stream('anomaly/surge');
  return surgeFits({ ...request, onset: 'creeping' }, { demand, partitions: scenario.partitions, random });
}

test('a subtle surge stays near the busiest hour of an ordinary week, so not in the evening; a larger one may', () => {
  expect(demand.busiestPerHour).toBeGreaterThan(1.5 * demand.meanPerHour);
  expect(fits('subtle', 4)).toBe(true);
  expect(fits('subtle', 19)).toBe(false);
  expect(fits('moderate', 19)).toBe(true);
});
