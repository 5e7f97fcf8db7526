import { expect, test } from 'vitest';
import { zOfIntensity } from '../../../src/shop/interventions/visibility.ts';
import { readScenario } from '../../../src/shop/scenarios/read-scenario.ts';
import { Causality } from '../../../src/shop/simulation/causality.ts';
import { injectInterventions } from '../../../src/shop/simulation/interventions.ts';
import { createVirtualShop } from '../../../src/shop/simulation/virtual-shop.ts';
import { anomaly, record, scenarioFor } from '../../support/run-scenario.ts';

const { anomalies } = await readScenario('workload-shape');
const outages = anomalies.filter(({ variant }) => variant === 'service-outage');

/** The outages of a scenario as they are planned, without a run. */
async function planned(changes: Parameters<typeof scenarioFor>[1]) {
  const scenario = await scenarioFor('workload-shape', changes);
  const causality = new Causality();
  const options = { causality, withoutAnomalies: false, onRoot: () => undefined };
  return injectInterventions(scenario, createVirtualShop(scenario).shop, options).flatMap(
    ({ variant, intervention, ...rest }) =>
      variant === 'service-outage'
        ? [{ ...rest, z: Number(intervention.parameters.visibilityZ), ...intervention }]
        : [],
  );
}

test('chance places an outage where its service has work to do, and can be seen as far as its intensity says', async () => {
  const targets = new Set<string>();
  for (let seed = 830_101; seed <= 830_120; seed++) {
    const found = await planned({ seed, anomalies: outages, anomaliesPerRun: outages.length });
    expect(found).toHaveLength(outages.length);
    for (const { intensity, z, target, parameters } of found) {
      const { from, to } = zOfIntensity[intensity as keyof typeof zOfIntensity];
      expect(z).toBeGreaterThanOrEqual(from);
      if (intensity !== 'blatant') expect(z).toBeLessThanOrEqual(to);
      // Otherwise a count of 0 would give it away.
      if (intensity === 'subtle') expect(parameters.replicasStopped).toBeLessThan(3);
      targets.add(target);
    }
  }
  expect(targets.size).toBe(7);
});

test('where chance finds no such place, as in a tiny shop, the outage with most to do is planned', async () => {
  const found = await planned({ seed: 830_101, scale: 0.05, anomalies: outages, anomaliesPerRun: outages.length });
  expect(found.map(({ id }) => id)).toEqual(outages.map(({ id }) => id));
  for (const { parameters } of found) expect(parameters.replicasStopped).toBe(3);
});

test('a fixed place keeps its time and its service; the replicas follow from the intensity, as far as they can', async () => {
  const at = (hour: string, intensity: 'subtle' | 'moderate' | 'blatant') =>
    anomaly({
      anomaly: 'workload-shape',
      variant: 'service-outage',
      target: 'cart',
      at: hour,
      duration: '5h',
      intensity,
    });
  const replicasOf = async (hour: string, intensity: 'subtle' | 'moderate' | 'blatant') =>
    (await planned({ seed: 830_101, days: 5, nearMisses: [], anomalies: [at(hour, intensity)] }))[0]?.parameters;
  expect(await replicasOf('2d17h', 'subtle')).toMatchObject({ service: 'cart', replicasStopped: 2 });
  expect(await replicasOf('2d17h', 'blatant')).toMatchObject({ service: 'cart', replicasStopped: 3 });
  expect(await replicasOf('2d2h', 'blatant')).toMatchObject({ replicasStopped: 3 });
});

test('the label of an outage lasts until its service has caught up, and the carts that were not filled would be gone', async () => {
  const outage = { anomaly: 'workload-shape', variant: 'service-outage', target: 'cart', at: '1d10h', duration: '3h' };
  const scenario = await scenarioFor('clean', { seed: 820_002, days: 2, anomalies: [anomaly(outage)], nearMisses: [] });
  const [label] = (await record(scenario)).labels;
  const hoursAfterEnd = (time: string) => (Date.parse(time) - Date.parse(label?.end ?? '')) / 3_600_000;
  const caughtUp = hoursAfterEnd(String(label?.receipt.caughtUp));
  // It is read 2 to 3 times as fast as it grew.
  expect(caughtUp).toBeGreaterThan(1.3);
  expect(caughtUp).toBeLessThan(3.1);
  expect(hoursAfterEnd(label?.effect_end ?? '')).toBeCloseTo(caughtUp + 1.25, 6);
});
