import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Detector } from '../../src/lab/detectors/detector.ts';
import type { Model } from '../../src/lab/detectors/model.ts';
import { readModel } from '../../src/lab/detectors/model-files.ts';
import { detectableAnomalies, detectors, modelledDetectorsFor } from '../../src/lab/detectors/registry.ts';
import { yieldToOthers } from '../support/low-priority.ts';

const cli = fileURLToPath(new URL('../../bin/cqshop.js', import.meta.url));
const shipped = fileURLToPath(new URL('../../models', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'cqshop-retrain-'));
/** The models of a `cqshop run` that has just ended, which `.ci/run` sets: the same training need not be done twice. */
const trainedJustNow = process.env.CQSHOP_TRAINED_MODELS;
let retrained: readonly Model[];

const placeOf = ({ id, role }: Detector) => (role === 'learner' ? '' : join('others', id));

beforeAll(async () => {
  yieldToOthers();
  // As users train: `cqshop run` uses every core, and takes a third of the time that its steps take one after the other.
  if (trainedJustNow === undefined) {
    const words = ['run', '--quiet', '--discard-datasets', '--out', join(dir, 'run')];
    await promisify(execFile)(process.execPath, [cli, ...words]);
  }
  const models = trainedJustNow ?? join(dir, 'run/models');
  retrained = await Promise.all(
    detectableAnomalies
      .flatMap(modelledDetectorsFor)
      .map(detector => readModel(join(models, detector.anomaly, placeOf(detector)), detectors, detector.anomaly)),
  );
}, 1_800_000);

afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe.each(detectableAnomalies)('models/%s', anomaly => {
  test('holds a learner, and every other detector of the anomaly', () => {
    const others = modelledDetectorsFor(anomaly).filter(({ role }) => role !== 'learner');
    expect(readdirSync(join(shipped, anomaly, 'others')).sort()).toEqual(others.map(({ id }) => id).sort());
  });

  test.each(modelledDetectorsFor(anomaly))(
    'holds the $id that training gives, with its threshold and the hashes of its files',
    async detector => {
      const committed = await readModel(join(shipped, anomaly, placeOf(detector)), detectors);
      const found = retrained.find(
        ({ description }) => description.anomaly === anomaly && description.detector === detector.id,
      );
      expect(found?.description).toEqual(committed.description);
    },
  );
});
