import { join } from 'node:path';
import { expect, test } from 'vitest';
import { assertTrainable, formatDropped } from '../../../src/app/experiment/dropped-anomalies.ts';
import { recordDataset } from '../../../src/app/experiment/jobs.ts';
import { type TrainingPlan, trainingPlan } from '../../../src/app/experiment/plan.ts';
import { readDataset } from '../../../src/data/dataset/read-dataset.ts';
import { readRunTruth } from '../../../src/lab/evaluation/dataset-truth.ts';
import { readScenario } from '../../../src/shop/scenarios/read-scenario.ts';
import type { ResolvedScenario } from '../../../src/shop/scenarios/resolve-scenario.ts';
import { anomaly, scenarioFor } from '../../support/run-scenario.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const hoarder = anomaly({ id: 'hoarder', at: '1d9h' });
const unseen = anomaly({ id: 'unseen', at: '2d9h', anomaly: 'price-error', variant: 'lost-decimal', target: 'p-9999' });
const nowhere = anomaly({ id: 'nowhere', at: '2d16h', target: 'p-9999' });
const small = { days: 3, scale: 0.1 };

async function recorded(scenario: ResolvedScenario, mayLeaveOut: boolean) {
  const out = join(temporaryDirectory(), 'dataset');
  return { ...(await recordDataset({ scenario, out, mayLeaveOut })), out };
}

test('recordDataset: leaves anomalies without a trace out of a run that no user wrote, as if it did not have them', async () => {
  const scenario = await scenarioFor('clean', { ...small, anomalies: [hoarder, unseen, nowhere] });
  const { leftOut, out } = await recorded(scenario, true);
  expect(leftOut.map(({ id }) => id).sort()).toEqual(['nowhere', 'unseen']);
  const dataset = await readDataset(out);
  expect((await readRunTruth(dataset)).labels.map(({ id }) => id)).toEqual(['hoarder']);
  const asked = await recorded(
    { ...scenario, anomalies: scenario.anomalies.filter(({ id }) => id === 'hoarder') },
    false,
  );
  expect(dataset.manifest.files).toEqual((await readDataset(asked.out)).manifest.files);
});

test("recordDataset: an anomaly without a trace in the user's own run fails it", async () => {
  const scenario = await scenarioFor('clean', { ...small, anomalies: [hoarder, unseen] });
  await expect(recorded(scenario, false)).rejects.toMatchObject({ code: 'ANOMALY_LEFT_NO_TRACE' });
});

const shop = { name: 'tiny', scale: 0.01, customers: { visitsPerDay: 330 } };
const idsOf = ({ runs }: TrainingPlan) =>
  new Map(runs.map(run => [run.name, run.anomalies.map(({ id }) => id)] as const));

test('assertTrainable: an anomaly needs one label to learn from at least', async () => {
  const plan = await trainingPlan('price-error', await readScenario('clean'));
  const all = idsOf(plan);
  const butOne = new Map([...all].map(([run, ids], index) => [run, index === 0 ? ids.slice(1) : ids]));
  expect(() => assertTrainable([plan], butOne, shop)).not.toThrow();
  expect(() => assertTrainable([plan], all, shop)).toThrowError(
    expect.objectContaining({
      code: 'TRAINING_IMPOSSIBLE',
      message:
        'Cannot train detectors of price-error in the shop of tiny: none of 108 anomalies planned for training left a trace at scale 0.01 of 330 visits a day, expected a larger shop; raise scale, customers.visitsPerDay or catalogue.stockDays',
    }),
  );
  const unsupervised = await trainingPlan('workload-shape', await readScenario('clean'));
  expect(() => assertTrainable([unsupervised], new Map(), shop)).not.toThrow();
});

test('formatDropped: counts and names', async () => {
  const plan = await trainingPlan('price-error', await readScenario('clean'));
  const text = (ids: readonly string[]) =>
    formatDropped(
      [plan],
      new Map([
        ['training-price-error-1', ids],
        ['training-price-error-2', []],
      ]),
    );
  expect(text([])).toBeUndefined();
  expect(text(['x-a'])).toBe(
    '1 of 108 anomalies planned for training left no trace in this shop and was dropped: x-a (training-price-error-1)',
  );
  expect(text(['x-a', 'y-a'])).toMatch(/^2 of 108 .* and were dropped: x-a, y-a \(training-price-error-1\)$/);
});
