import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recordUnits, trainOnUnits } from '../../../src/app/experiment/jobs.ts';
import { referencePlan, testRun, trainingPlan, validationRuns } from '../../../src/app/experiment/plan.ts';
import { portable } from '../../../src/app/experiment/portable-model.ts';
import { namesOf } from '../../../src/app/experiment/run-experiment.ts';
import { simulatedRun } from '../../../src/app/experiment/simulated-run.ts';
import { detectorsFor, modelledDetectorsFor, referencesFor } from '../../../src/lab/detectors/registry.ts';
import { trainAll } from '../../../src/lab/detectors/train.ts';
import { unitLabeller } from '../../../src/lab/evaluation/unit-truth.ts';
import { readScenario } from '../../../src/shop/scenarios/read-scenario.ts';
import { expectCqshopError } from '../../support/cqshop-error.ts';
import { runCommand } from '../../support/fake-host.ts';
import { anomaly, scenarioFor } from '../../support/run-scenario.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

test('trainOnUnits: gives the models that training on the runs themselves gives', async () => {
  const hoarders = ['1d9h', '2d9h'].map((at, index) => anomaly({ id: `hoarder-${index}`, at }));
  const runs = await Promise.all(
    [21, 22].map(seed => scenarioFor('clean', { days: 3, scale: 0.3, anomalies: hoarders, seed })),
  );
  const detectors = detectorsFor('stock-exhaustion').filter(({ id }) => ['stump', 'cart-of-many-runs'].includes(id));
  const dir = temporaryDirectory();
  const files = runs.map(({ seed }) => join(dir, String(seed)));
  for (const [index, scenario] of runs.entries()) {
    const done = await recordUnits({ scenario, detectors: namesOf(detectors), out: files[index] ?? '' });
    expect(done).toEqual({ leftOut: [] });
  }
  const training = runs.map(scenario => {
    const { records, truth } = simulatedRun(scenario);
    return { records, span: scenario, labeller: unitLabeller(truth) };
  });
  const expected = await trainAll(detectors, training, { seed: 5, isCalibratedLater: true });
  expect(await trainOnUnits({ detectors: namesOf(detectors), files, seed: 5 })).toEqual(expected.map(portable));
});

test('recordUnits says what cannot be written', async () => {
  const scenario = await scenarioFor('clean', { days: 3, scale: 0.05 });
  const out = join(temporaryDirectory(), 'missing', 'units');
  const record = () => recordUnits({ scenario, detectors: namesOf(detectorsFor('stock-exhaustion')), out });
  await expectCqshopError(record, 'WRITE_FAILED', `Cannot write training units ${out}`);
});

test('referencePlan: 40 runs like the test runs, on seeds of their own that no test run may have', async () => {
  const { runs } = await referencePlan('price-error');
  expect(runs).toHaveLength(40);
  const seeds = runs.map(({ seed }) => seed);
  const shop = await readScenario('clean');
  const others = [...(await trainingPlan('price-error', shop)).runs, ...(await validationRuns(shop))];
  expect(new Set([...seeds, ...others.map(({ seed }) => seed)]).size).toBe(40 + others.length);
  const shipped = await readScenario('price-error');
  // Anomalies of products do not disturb each other; those of the whole shop are as rare as in a test run.
  expect(runs[0]?.anomalies.map(({ id }) => id)).toEqual(shipped.anomalies.map(({ id }) => id));
  const traffic = await referencePlan('traffic-intensity');
  expect(traffic.runs.map(({ anomalies }) => anomalies.length)).toEqual(new Array(40).fill(4));
  expect(() => testRun({ ...shipped, seed: Math.min(...seeds) })).toThrowError(/reserved/);
});

test('a reference is trained by no other command', async () => {
  for (const name of ['stock-exhaustion', 'price-error']) {
    const ids = referencesFor(name).map(({ id }) => id);
    expect(ids.length).toBeGreaterThan(0);
    expect(modelledDetectorsFor(name).filter(({ id }) => ids.includes(id))).toEqual([]);
  }
  const refused = await runCommand(['train', 'price-error', '--detector', 'cart-of-many-runs', '--dataset', 'nowhere']);
  expect(refused).toMatchObject({ exitCode: 2 });
  expect(refused.stderr).toContain('it is a reference, which evaluate --reference trains');
});
