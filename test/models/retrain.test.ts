import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { trainingPlan, trainingSeed, validationRuns } from '../../src/app/experiment/plan.ts';
import { portable, unpacked } from '../../src/app/experiment/portable-model.ts';
import { recordDataset, tallySimulated, trainOnDatasets } from '../../src/app/experiment/tasks.ts';
import { calibrated } from '../../src/lab/detectors/calibrate.ts';
import type { Detector } from '../../src/lab/detectors/detector.ts';
import type { Model } from '../../src/lab/detectors/model.ts';
import { readModel } from '../../src/lab/detectors/model-files.ts';
import { detectableAnomalies, detectors, detectorsFor } from '../../src/lab/detectors/registry.ts';
import { readScenario } from '../../src/shop/scenarios/read-scenario.ts';

const shipped = fileURLToPath(new URL('../../models', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'cqshop-retrain-'));
/** The models of a `cqshop run` that was just done, as `.ci/run` has: the same training need not be done once more. */
const trainedJustNow = process.env.CQSHOP_TRAINED_MODELS;
let retrained: readonly Model[];

const placeOf = ({ id, role }: Detector) => (role === 'learner' ? '' : join('others', id));

/** The steps of `cqshop run` up to the models, one after the other: training datasets, training, thresholds from clean runs. */
async function train(): Promise<readonly Model[]> {
  const shop = await readScenario('clean');
  const plans = await Promise.all(detectableAnomalies.map(anomaly => trainingPlan(anomaly, shop)));
  const runs = new Map(plans.flatMap(plan => plan.runs.map(run => [join(dir, run.name), run] as const)));
  for (const [out, scenario] of runs) await recordDataset({ scenario, out, broker: `${out}.broker` });
  const trained: Model[] = [];
  for (const plan of plans) {
    const datasets = plan.runs.map(run => join(dir, run.name));
    trained.push(...(await trainOnDatasets({ ...plan, datasets, seed: trainingSeed })).map(unpacked));
  }
  const tallies = [];
  for (const scenario of await validationRuns(shop))
    tallies.push(await tallySimulated({ models: trained.map(portable), scenario }));
  return calibrated(trained, tallies);
}

beforeAll(async () => {
  retrained =
    trainedJustNow === undefined
      ? await train()
      : await Promise.all(
          detectors.map(detector =>
            readModel(join(trainedJustNow, detector.anomaly, placeOf(detector)), detectors, detector.anomaly),
          ),
        );
}, 1_800_000);

afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe.each(detectableAnomalies)('models/%s', anomaly => {
  test('holds a learner, and every other detector of the anomaly', () => {
    const others = detectorsFor(anomaly).filter(({ role }) => role !== 'learner');
    expect(readdirSync(join(shipped, anomaly, 'others')).sort()).toEqual(others.map(({ id }) => id).sort());
  });

  test.each(detectorsFor(anomaly))(
    'is, of $id, what retraining gives, threshold and hashes included',
    async detector => {
      const committed = await readModel(join(shipped, anomaly, placeOf(detector)), detectors);
      const found = retrained.find(
        ({ description }) => description.anomaly === anomaly && description.detector === detector.id,
      );
      expect(found?.description).toEqual(committed.description);
    },
  );
});
