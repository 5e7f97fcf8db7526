import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recordUnits, trainOnUnits } from '../../../src/app/experiment/jobs.ts';
import { withKnownThresholds } from '../../../src/app/experiment/known-thresholds.ts';
import { portable } from '../../../src/app/experiment/portable-model.ts';
import { placeOfModel, readModel } from '../../../src/lab/detectors/model-files.ts';
import { detectors, modelledDetectorsFor } from '../../../src/lab/detectors/registry.ts';
import { scenarioFor } from '../../support/run-scenario.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const shipped = modelledDetectorsFor('price-error').map(detector =>
  portable(readModel(join('models', placeOfModel(detector)), detectors)),
);
const retrained = shipped.map(({ files, description }) => ({
  files,
  description: { ...description, threshold: { ...description.threshold, value: Number.POSITIVE_INFINITY } },
}));

test('withKnownThresholds: the models that come with cqshop, trained again, get their thresholds', () => {
  expect(withKnownThresholds(retrained)).toEqual(shipped);
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
  expect(withKnownThresholds([other, ...others])).toBeUndefined();
  expect(withKnownThresholds([...others, other])).toBeUndefined();
});

test('a probe tells apart models that score otherwise, and clean runs, and is the same each time', async () => {
  const scenario = await scenarioFor('clean', { days: 4, scale: 0.3, seed: 21 });
  const [file, names] = [join(temporaryDirectory(), 'units'), ['rule', 'random'] as const];
  const trained = names.map(id => ({ anomaly: 'price-error', id }));
  await recordUnits({ scenario, detectors: trained, out: file });
  const probesOf = async (seed: number, probe: typeof scenario) =>
    (await trainOnUnits({ detectors: trained, files: [file], seed, probe })).map(
      ({ description }) => description.probe,
    );
  const [rule, random] = await probesOf(1, scenario);
  expect(await probesOf(1, scenario)).toEqual([rule, random]);
  const [sameRule, otherRandom] = await probesOf(2, scenario);
  expect(sameRule).toBe(rule);
  expect(otherRandom).not.toBe(random);
  const elsewhere = await probesOf(1, await scenarioFor('clean', { days: 4, scale: 0.3, seed: 22 }));
  expect(elsewhere[0]).not.toBe(rule);
  expect(elsewhere[1]).not.toBe(random);
});
