import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { collectAndScore } from '../../../src/app/experiment/collect-and-score.ts';
import { recordRun } from '../../../src/app/experiment/jobs.ts';
import { portable } from '../../../src/app/experiment/portable-model.ts';
import { readDataset } from '../../../src/data/dataset/read-dataset.ts';
import { loadedDetectors } from '../../../src/lab/detectors/detect.ts';
import { placeOfModel, readModel } from '../../../src/lab/detectors/model-files.ts';
import { detectors, modelledDetectorsFor } from '../../../src/lab/detectors/registry.ts';
import { readRunTruth, spanOf } from '../../../src/lab/evaluation/dataset-truth.ts';
import { scoreRun } from '../../../src/lab/evaluation/score-run.ts';
import { anomaly, scenarioFor } from '../../support/run-scenario.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const anomalies = ['stock-exhaustion', 'price-error'];

test('collectAndScore gives for each anomaly what its detectors find in the dataset that it writes', async () => {
  const dir = temporaryDirectory();
  const wrongPrice = { anomaly: 'price-error', variant: 'lost-decimal', target: 'p-0001' };
  const scenario = await scenarioFor('clean', {
    ...{ days: 3, scale: 0.2 },
    anomalies: [anomaly({ id: 'hoarder', at: '1d9h' }), anomaly({ id: 'price', at: '2d9h', ...wrongPrice })],
  });
  const [broker, dataset] = [join(dir, 'broker'), join(dir, 'dataset')];
  await recordRun({ scenario, broker, mayLeaveOut: false });
  const models = anomalies
    .flatMap(modelledDetectorsFor)
    .map(detector => readModel(join('models', placeOfModel(detector)), detectors));
  const test = { scenario, broker, dataset, models: models.map(portable) };
  const found = await collectAndScore({ ...test, isKept: false });
  expect(existsSync(join(dataset, 'events.csv'))).toBe(true);

  const written = await readDataset(dataset);
  const run = {
    run: `clean/${scenario.seed}`,
    records: written.records(),
    span: spanOf(written),
    truth: await readRunTruth(written),
  };
  const { outcomes, alarms } = await scoreRun(await loadedDetectors(models), run);
  expect(found.map(one => one.anomaly)).toEqual(anomalies);
  expect(found.flatMap(one => one.outcomes)).toEqual(
    anomalies.flatMap(name => outcomes.filter(one => one.anomaly === name)),
  );
  const learners = ['stock-exhaustion/cart', 'price-error/cart'];
  const ofLearners = learners.flatMap(key => alarms.filter(one => `${one.anomaly}/${one.detector}` === key));
  expect(found.flatMap(one => one.alarms)).toEqual(ofLearners);
  const chains = (found[0]?.report.incidents ?? []).map(({ chain }) => chain?.chain.length ?? 0);
  expect(Math.max(...chains)).toBeGreaterThan(0);

  // The same from the dataset, for a run whose records would take too much memory.
  expect(await collectAndScore({ ...test, isKept: false, heldAtMost: 1000 })).toEqual(found);
  expect(await collectAndScore({ ...test, isKept: true, heldAtMost: 1000 })).toEqual(found);
  expect(existsSync(join(dataset, 'events.csv.gz'))).toBe(true);
});
