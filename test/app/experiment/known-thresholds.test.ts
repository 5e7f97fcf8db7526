import { join } from 'node:path';
import { expect, test } from 'vitest';
import { probed, withKnownThresholds } from '../../../src/app/experiment/known-thresholds.ts';
import { portable } from '../../../src/app/experiment/portable-model.ts';
import type { Model } from '../../../src/lab/detectors/model.ts';
import { placeOfModel, readModel } from '../../../src/lab/detectors/model-files.ts';
import {
  detectableAnomalies,
  detectorFor,
  detectors,
  modelledDetectorsFor,
} from '../../../src/lab/detectors/registry.ts';
import type { ResolvedScenario } from '../../../src/shop/scenarios/resolve-scenario.ts';
import { scenarioFor } from '../../support/run-scenario.ts';

const shipped = modelledDetectorsFor('price-error').map(detector =>
  portable(readModel(join('models', placeOfModel(detector)), detectors)),
);
const retrained = shipped.map(({ files, description }) => ({
  files,
  description: { ...description, threshold: { ...description.threshold, value: Number.POSITIVE_INFINITY } },
}));

test('withKnownThresholds: the models that come with cqshop, trained again, get their thresholds', () => {
  expect(withKnownThresholds(retrained, 220)).toEqual(shipped);
  // As after a change of the number of clean days.
  expect(withKnownThresholds(retrained, 44)).toBeUndefined();
});

test.each([
  ['scores otherwise', { probe: 'a digest of other scores' }],
  ['was trained on other data', { training: { datasets: [], days: 22, units: 1, positives: null } }],
  ['has another file', { files: { 'trees.json': 'another digest' } }],
  ['is by a detector that does not come with cqshop', { detector: 'cart-of-many-runs' }],
])('withKnownThresholds: none is known if a model %s', (_, change) => {
  const [first, ...others] = retrained;
  if (first === undefined) throw new Error('there are no models');
  const other = { ...first, description: { ...first.description, ...change } };
  expect(withKnownThresholds([other, ...others], 220)).toBeUndefined();
  expect(withKnownThresholds([...others, other], 220)).toBeUndefined();
});

test('withKnownThresholds: none is known if a detector has another budget now', () => {
  const detector = detectorFor('price-error');
  const { falseAlarmsPerDay = 0 } = detector;
  try {
    Object.assign(detector, { falseAlarmsPerDay: falseAlarmsPerDay + 1 });
    expect(withKnownThresholds(retrained, 220)).toBeUndefined();
  } finally {
    Object.assign(detector, { falseAlarmsPerDay });
  }
});

test('a probe tells apart models that score otherwise, and clean runs, and is the same each time', async () => {
  const probesOf = async (models: readonly Model[], scenario: ResolvedScenario) =>
    (await probed(models, scenario)).map(({ description }) => description.probe);
  const paths = [...detectableAnomalies, 'price-error/others/random'];
  const models = paths.map(path => readModel(join('models', path), detectors));
  const clean = await scenarioFor('clean', { days: 4, seed: 21 });
  const probes = await probesOf(models, clean);
  expect(await probesOf(models, clean)).toEqual(probes);
  // Detectors of series would have equal probes on the first day, which they do not score.
  expect(new Set(probes).size).toBe(models.length);
  const elsewhere = await probesOf(models, await scenarioFor('clean', { days: 4, seed: 22 }));
  expect(new Set([...probes, ...elsewhere]).size).toBe(2 * models.length);
});

test('the learners in models/ have probes with scores', () => {
  const probes = detectableAnomalies.map(anomaly => readModel(join('models', anomaly), detectors).description.probe);
  expect(new Set(probes).size).toBe(detectableAnomalies.length);
});
