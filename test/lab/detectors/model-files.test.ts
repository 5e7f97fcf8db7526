import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import type { ErrorCode } from '../../../src/base/errors.ts';
import { loadedDetector } from '../../../src/lab/detectors/detect.ts';
import type { Detector } from '../../../src/lab/detectors/detector.ts';
import { readModel, writeModel } from '../../../src/lab/detectors/model-files.ts';
import { detectorFor } from '../../../src/lab/detectors/registry.ts';
import { trainModel } from '../../../src/lab/detectors/train.ts';
import { expectCqshopError } from '../../support/cqshop-error.ts';
import { hoardingData } from '../../support/hoarding-data.ts';

const detector = detectorFor('stock-exhaustion', 'cart');
const data = await hoardingData([detector], { seed: 4, days: 12, visitsPerDay: 60, attacks: ['fast', 'ring'] });
const model = await trainModel(detector, data, { seed: 1, datasets: ['ab12'] });
const dirs: string[] = [];
let dir = '';

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'cqshop-model-'));
  dirs.push(dir);
  writeModel(dir, model);
});
afterAll(() => Promise.all(dirs.map(made => rm(made, { recursive: true }))));

async function change(file: string, edit: (text: string) => string): Promise<void> {
  await writeFile(join(dir, file), edit(await readFile(join(dir, file), 'utf8')));
}

const refused = (detectors: readonly Detector[], code: ErrorCode, ...words: readonly string[]) =>
  expectCqshopError(() => readModel(dir, detectors), code, ...words);

test('readModel: gives what was written, which scores the same', async () => {
  const read = readModel(dir, [detector], 'stock-exhaustion');
  expect(read.description).toEqual(model.description);
  const scoresOf = async (from: typeof model) => {
    const { scorer } = await loadedDetector(from);
    return data.unitsFor(detector).map(({ unit }) => scorer.score(unit)[0]?.score);
  };
  expect(await scoresOf(read)).toEqual(await scoresOf(model));
});

test('trainModel: a detector that keeps nothing apart has no validation, and its model is read again', async () => {
  const plain = detectorFor('stock-exhaustion', 'rule');
  const days = await hoardingData([plain], { seed: 4, days: 12, visitsPerDay: 60, attacks: ['fast'] });
  const rule = await trainModel(plain, days, { seed: 1 });
  expect(Object.keys(rule.description)).not.toContain('validation');
  expect(Object.keys(model.description.validation ?? {})).toEqual(['heldOutDaysAveragePrecision', 'leaves']);
  writeModel(dir, rule);
  expect(readModel(dir, [rule.detector]).description).toEqual(rule.description);
});

test('readModel: a directory without a model', async () => {
  const missing = () => readModel(join(dir, 'none'), [detector]);
  await expectCqshopError(missing, 'MODEL_NOT_FOUND', 'none', 'no such directory', 'cqshop train');
});

test('readModel: damaged files', async () => {
  await change('trees.json', text => text.replace('1', '2'));
  await refused([detector], 'MODEL_INVALID', 'trees.json', 'SHA-256');
  await rm(join(dir, 'trees.json'));
  await refused([detector], 'MODEL_INVALID', 'trees.json', 'cannot be read');
  await change('model.json', text => text.replace('"seed": 1', '"seed": "one"'));
  await refused([detector], 'MODEL_INVALID', 'seed');
  await change('model.json', text => text.replace('"format": 1', '"format": 9'));
  await refused([detector], 'MODEL_INVALID', 'format is 9');
  await change('model.json', text => text.slice(0, 50));
  await refused([detector], 'MODEL_INVALID', 'model.json');
});

test('readModel: a model for something else is refused by name', async () => {
  const other = () => readModel(dir, [detector], 'price-error');
  await expectCqshopError(other, 'MODEL_MISMATCH', 'stock-exhaustion', 'price-error');
  await refused([], 'MODEL_MISMATCH', 'detector cart');
  const { features } = detector;
  const with_ = (names: readonly string[], windowMs = features.windowMs): Detector => ({
    ...detector,
    features: { ...features, names, windowMs },
  });
  const renamed = features.names.map(name => (name === 'unitsExpired' ? 'unitsLapsed' : name));
  await refused([with_(renamed)], 'MODEL_MISMATCH', 'needs feature unitsExpired');
  await refused([with_([...features.names, 'mood'])], 'MODEL_MISMATCH', 'does not know feature mood');
  await refused([with_([...features.names].reverse())], 'MODEL_MISMATCH', 'another order');
  await refused([with_(features.names, 60_000)], 'MODEL_MISMATCH', '30 min', '1 min');
});

test('writeModel: where a file cannot be written, the model that is there stays, and a new directory does not', async () => {
  const before = await readdir(dir);
  const description = { ...model.description, seed: 2 };
  const unwritable = { ...model, description, files: { ...model.files, 'trees.json': '[]', 'none/x.txt': '' } };
  await expectCqshopError(() => writeModel(dir, unwritable), 'WRITE_FAILED', 'nothing can be created there');
  expect(await readdir(dir)).toEqual(before);
  expect(readModel(dir, [detector]).description).toEqual(model.description);
  await expectCqshopError(() => writeModel(join(dir, 'new', 'er'), unwritable), 'WRITE_FAILED');
  expect(await readdir(dir)).toEqual(before);
});

test('writeModel: where it ends between two names, no model is there, rather than one of old and new files', async () => {
  await mkdir(join(dir, 'z.json', 'in-the-way'), { recursive: true });
  const files = { ...model.files, 'trees.json': '[]', 'z.json': '{}' };
  await expectCqshopError(() => writeModel(dir, { ...model, files }), 'WRITE_FAILED');
  expect((await readdir(dir)).sort()).toEqual(['trees.json', 'z.json']);
  await refused([detector], 'MODEL_NOT_FOUND', 'no model.json');
});

test('writeModel: a place that cannot be written', async () => {
  await writeFile(join(dir, 'file'), '');
  await expectCqshopError(() => writeModel(join(dir, 'file'), model), 'WRITE_FAILED', 'expected a directory');
});

test('trainModel: the model says what it was learnt from and how its threshold was found', () => {
  expect(model.description).toMatchObject({
    anomaly: 'stock-exhaustion',
    detector: 'cart',
    library: 'ml-cart 2.1.1',
    seed: 1,
    training: { datasets: ['ab12'], days: 12, units: data.unitsFor(detector).length },
    threshold: { method: 'tail-fit', days: 12 },
  });
});
