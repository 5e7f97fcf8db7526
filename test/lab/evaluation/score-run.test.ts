import { expect, test } from 'vitest';
import { calibrated, tallyCleanRun } from '../../../src/lab/detectors/calibrate.ts';
import { loadedDetectors, startDetection } from '../../../src/lab/detectors/detect.ts';
import type { Alarm } from '../../../src/lab/detectors/detector.ts';
import { detectorsFor } from '../../../src/lab/detectors/registry.ts';
import { trainAll } from '../../../src/lab/detectors/train.ts';
import type { ScoreRow } from '../../../src/lab/detectors/write-detections.ts';
import { resultRows } from '../../../src/lab/evaluation/result-rows.ts';
import { scoreDetections } from '../../../src/lab/evaluation/score-detections.ts';
import { scoreRun } from '../../../src/lab/evaluation/score-run.ts';
import { unitLabeller } from '../../../src/lab/evaluation/unit-truth.ts';
import { expectCqshopError } from '../../support/cqshop-error.ts';
import { hoardingStream } from '../../support/hoarding-stream.ts';
import { alarm } from '../../support/labels.ts';

const attacks = ['fast', 'slow', 'ring'] as const;
const training = hoardingStream({ seed: 1, days: 22, visitsPerDay: 80, attacks });
const testing = hoardingStream({ seed: 2, days: 12, visitsPerDay: 80, attacks });
const detectors = detectorsFor('stock-exhaustion').filter(({ id }) => !id.startsWith('cart-'));

const trained = await trainAll(
  detectors,
  [{ records: [training.records], span: training.span, labeller: unitLabeller(training.truth) }],
  { seed: 1 },
);
const cleanRuns = [];
for (const seed of [50, 51, 52]) {
  const clean = hoardingStream({ seed, days: 70, visitsPerDay: 80 });
  cleanRuns.push(await tallyCleanRun(trained, [clean.records], clean.span));
}
const models = calibrated(trained, cleanRuns);
const run = { run: '2', records: [testing.records], span: testing.span, truth: testing.truth };
const scores: ScoreRow[] = [];
const result = await scoreRun(await loadedDetectors(models), run, {
  onScored: ({ unit, score }, detector) =>
    scores.push({ ...unit, score, anomaly: detector.anomaly, detector: detector.id }),
});
const rows = resultRows(result.outcomes).filter(({ variant, intensity }) => variant === 'all' && intensity === 'all');
const rowOf = (detector: string) => rows.find(row => row.detector === detector);

test('calibrated: thresholds come from the clean days and keep to the budget there', () => {
  for (const { description } of models) {
    expect(description.threshold).toMatchObject({ method: 'clean-validation', days: 210 });
    expect(description.threshold.falseAlarms).toBeLessThanOrEqual(9);
  }
});

test('scoreRun: the learner finds what it was taught, controls frame it', () => {
  expect(rowOf('cart')).toMatchObject({ recall: 1, role: 'learner' });
  expect(rowOf('cart')?.averagePrecision).toBeGreaterThan(0.9);
  expect(rowOf('perfect')).toMatchObject({ recall: 1, precision: 1, averagePrecision: 1, rocAuc: 1, role: 'control' });
  expect(rowOf('null')).toMatchObject({ recall: 0, alarms: 0, precision: null, rocAuc: 0.5 });
  // Average precision of chance is the share of positives, which `null` has exactly; 12 days hold some 1,000 units.
  expect(rowOf('random')?.averagePrecision).toBeLessThan(2 * (rowOf('null')?.averagePrecision ?? 0) + 0.02);
});

test('startDetection: records one by one give the alarms of the whole stream', async () => {
  const alarms: Alarm[] = [];
  const ready = await loadedDetectors(models);
  const detection = startDetection(ready, testing.span.startMs, { onAlarm: each => alarms.push(each) });
  for (const record of testing.records) detection.push(record);
  detection.finish(testing.span.endMs);
  expect(detection.openAlarms()).toEqual([]);
  const plain = (list: readonly Alarm[]) => list.map(each => JSON.stringify(each)).sort();
  expect(plain(alarms)).toEqual(plain(result.alarms.filter(({ detector }) => detector !== 'perfect')));
});

test('scoreDetections: the same alarms and scores from outside get the same figures', async () => {
  const { outcomes, unscored } = await scoreDetections(run, result.alarms, scores);
  expect(unscored).toEqual([]);
  const from = resultRows(outcomes).filter(({ variant, intensity }) => variant === 'all' && intensity === 'all');
  for (const { id } of detectors) expect(from.find(row => row.detector === id)).toEqual(rowOf(id));
});

test('scoreDetections: no detections at all still have a row; an unknown anomaly is refused', async () => {
  const { outcomes } = await scoreDetections(run, [], []);
  expect(resultRows(outcomes)[0]).toMatchObject({ detector: 'none', recall: 0, precision: null, labels: 6 });
  const misspelt = alarm('u', 0, 1, { anomaly: 'stock-exaustion' });
  await expectCqshopError(
    () => scoreDetections(run, [misspelt], []),
    'DETECTIONS_INVALID',
    'did you mean stock-exhaustion',
  );
});
