import { expect, test } from 'vitest';
import { testRun } from '../../../src/app/experiment/plan.ts';
import { simulatedRun } from '../../../src/app/experiment/simulated-run.ts';
import { sweepScenario } from '../../../src/app/experiment/sweep.ts';
import { detectableAnomalies } from '../../../src/lab/detectors/registry.ts';
import { statedZ } from '../../../src/lab/evaluation/stated-z.ts';
import { readScenario } from '../../../src/shop/scenarios/read-scenario.ts';
import { anomaly, scenarioFor } from '../../support/run-scenario.ts';

test.each(detectableAnomalies)(
  'sweepScenario: %s has each variant at each strength, some of them in each run',
  async name => {
    const shipped = await readScenario(name);
    const scenario = sweepScenario(shipped, name);
    const variants = new Set(shipped.anomalies.map(({ variant }) => variant));
    const kinds = new Set(scenario.anomalies.map(({ variant, strength }) => `${variant} ${strength}`));
    const strengths = new Set(scenario.anomalies.map(({ strength }) => strength));
    expect(kinds.size).toBe(variants.size * strengths.size);
    expect(scenario.anomalies).toHaveLength(kinds.size);
    const seeds = Array.from({ length: kinds.size }, (_, index) => 820101 + index);
    const planned = seeds.flatMap(seed => testRun({ ...scenario, seed }).anomalies.map(({ id }) => id));
    expect(new Set(planned).size).toBe(kinds.size);
  },
);

test('a strength replaces the intensity: z for the whole shop', async () => {
  const surge = { anomaly: 'workload-shape', variant: 'demand-surge', at: '1d14h', duration: '4h' };
  const zOf = async (strength: number) => {
    const scenario = await scenarioFor('clean', { days: 3, anomalies: [anomaly({ id: 'surge', ...surge, strength })] });
    const [label] = simulatedRun(scenario).truth.labels;
    return (label === undefined ? null : statedZ(label)) ?? 0;
  };
  expect(Math.abs((await zOf(3)) / 3 - 1)).toBeLessThan(0.1);
  expect(Math.abs((await zOf(8)) / 8 - 1)).toBeLessThan(0.1);
});

test('a strength multiplies the size of an anomaly of users or products', async () => {
  const scam = { anomaly: 'price-error', variant: 'lost-decimal', at: '1d9h', duration: '4h' };
  const exploitersAt = async (strength: number) => {
    const anomalies = [anomaly({ ...scam, intensity: 'moderate', strength })];
    return simulatedRun(await scenarioFor('clean', { days: 3, anomalies })).truth.labels[0]?.parameters.exploiters;
  };
  expect(await exploitersAt(0.2)).toBeLessThan(8);
  expect(await exploitersAt(3)).toBeGreaterThan(25);
});
