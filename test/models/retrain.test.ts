import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readModels } from '../../src/app/experiment/evaluate-seeds.ts';
import { tallySimulated } from '../../src/app/experiment/jobs.ts';
import { validationRuns } from '../../src/app/experiment/plan.ts';
import { portable } from '../../src/app/experiment/portable-model.ts';
import { sha256 } from '../../src/base/hash.ts';
import { detectorKey } from '../../src/lab/detectors/detect.ts';
import type { Model } from '../../src/lab/detectors/model.ts';
import { placeOfModel, readModel } from '../../src/lab/detectors/model-files.ts';
import { detectableAnomalies, detectors, modelledDetectorsFor } from '../../src/lab/detectors/registry.ts';
import { thresholdFromCleanDays } from '../../src/lab/detectors/threshold.ts';
import { readScenario } from '../../src/shop/scenarios/read-scenario.ts';
import { yieldToOthers } from '../support/low-priority.ts';

const cli = fileURLToPath(new URL('../../bin/cqshop.js', import.meta.url));
const shipped = fileURLToPath(new URL('../../models', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'cqshop-retrain-'));
/** The models of a `cqshop run` that has just ended, which `.ci/run` sets: the same training need not be done twice. */
const trainedJustNow = process.env.CQSHOP_TRAINED_MODELS;
const models = trainedJustNow ?? join(dir, 'run/models');
const all = detectableAnomalies.flatMap(modelledDetectorsFor);
const readAll = (from: string) => all.map(detector => readModel(join(from, placeOfModel(detector)), detectors));
let retrained: readonly Model[];

beforeAll(async () => {
  yieldToOthers();
  // As users train: `cqshop run` uses every core, and takes a third of the time that its steps take one after the other.
  if (trainedJustNow === undefined) {
    const words = ['run', '--quiet', '--discard-datasets', '--out', join(dir, 'run')];
    await promisify(execFile)(process.execPath, [cli, ...words]);
  }
  retrained = readAll(models);
}, 1_800_000);

afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe.each(detectableAnomalies)('models/%s', anomaly => {
  test('holds a learner, and every other detector of the anomaly', () => {
    const others = modelledDetectorsFor(anomaly).filter(({ role }) => role !== 'learner');
    expect(readdirSync(join(shipped, anomaly, 'others')).sort()).toEqual(others.map(({ id }) => id).sort());
  });

  test.each(modelledDetectorsFor(anomaly))(
    'holds the $id that training gives, with the hashes of its files',
    async detector => {
      const committed = await readModel(join(shipped, placeOfModel(detector)), detectors);
      const found = retrained.find(
        ({ description }) => description.anomaly === anomaly && description.detector === detector.id,
      );
      expect(found?.description).toEqual(committed.description);
    },
  );
});

test('these models trained again get their thresholds without 220 clean days', () => {
  const { run } = JSON.parse(readFileSync(join(dirname(models), 'report-data.json'), 'utf8'));
  expect(run.stages.map(({ name }: { name: string }) => name)).not.toContain('calibrate on clean runs');
});

describe('thresholds in models/', () => {
  // `npm run models` wrote it when it chose them.
  const chosen = JSON.parse(readFileSync(fileURLToPath(new URL('clean-runs.json', import.meta.url)), 'utf8'));
  const shippedModels = detectableAnomalies.flatMap(anomaly => readModels(join(shipped, anomaly), anomaly));

  test('are those that were chosen', () => {
    expect(
      Object.fromEntries(shippedModels.map(model => [detectorKey(model.detector), model.description.threshold.value])),
    ).toEqual(chosen.thresholds);
  });

  test('were chosen for as many alarms as the budget of their detector permits today', () => {
    for (const { detector, description } of shippedModels) {
      const { windowMs, alarmGapMs = windowMs } = detector.features;
      const { days } = description.threshold;
      const withoutScores = { days, windowMs, alarmGapMs, runs: [], floor: undefined };
      const { method, falseAlarmsPerDay, note } = thresholdFromCleanDays(withoutScores, detector.falseAlarmsPerDay);
      expect(description.threshold).toMatchObject({ method, falseAlarmsPerDay, note });
    }
  });

  test.each([0, 9])(
    'were chosen from the scores of clean run %i of 10, which has them still',
    async index => {
      const scenario = (await validationRuns(await readScenario('clean')))[index];
      if (scenario === undefined) throw new Error('no such run');
      const tallies = await tallySimulated({ models: shippedModels.map(portable), scenario });
      expect(sha256(JSON.stringify(tallies))).toBe(chosen.runs[index]);
    },
    1_800_000,
  );
});
