import { expect, test } from 'vitest';
import type { Label } from '../../src/dataset/truth.ts';
import type { Alarm } from '../../src/detectors/detector.ts';
import { detectorFor } from '../../src/detectors/registry.ts';
import { anomalyReport } from '../../src/report/anomaly-report.ts';

const startMs = Date.UTC(2026, 2, 2);
const minute = 60_000;

function label(id: string, anomaly: string, fromMinute: number): Label {
  const at = (minutes: number) => new Date(startMs + minutes * minute).toISOString();
  return {
    id,
    anomaly,
    variant: 'v',
    intensity: 'blatant',
    taxonomy: '',
    target: '',
    entities: [{ type: 'user', id: 'u1' }],
    start: at(fromMinute),
    end: at(fromMinute + 60),
    effect_start: at(fromMinute),
    effect_end: at(fromMinute + 60),
    parameters: {},
    receipt: {},
  };
}

function alarm(fromMinute: number, user: string, detector: string): Alarm {
  return {
    startMs: startMs + fromMinute * minute,
    endMs: startMs + (fromMinute + 30) * minute,
    detectedAtMs: startMs + (fromMinute + 30) * minute,
    score: 0.9,
    threshold: 0.5,
    anomaly: 'stock-exhaustion',
    entity: { type: 'user', id: user },
    detector,
    evidence: { text: 'because', features: {} },
  };
}

test("anomalyReport shows the learner's alarms, merged and matched, with the tree of its model", () => {
  const detector = detectorFor('stock-exhaustion');
  const leaf = (units: number, positives: number) => ({ distribution: [[0.5, 0.5]], units, positives });
  const tree = {
    name: 'DTClassifier',
    options: {},
    root: { splitColumn: 0, splitValue: 3, left: leaf(9, 0), right: leaf(4, 3) },
  };
  const report = anomalyReport({
    anomaly: 'stock-exhaustion',
    seed: 7,
    span: { startMs, endMs: startMs + 1440 * minute },
    learner: {
      detector,
      description: {
        format: 1,
        anomaly: 'stock-exhaustion',
        detector: detector.id,
        algorithm: '',
        library: '',
        features: { set: '', names: [], windowMinutes: 30 },
        threshold: {
          value: 0.5,
          method: 'fixed',
          falseAlarmsPerDay: null,
          days: 0,
          falseAlarms: null,
          note: 'set by hand',
        },
        seed: 1,
        training: { datasets: [], days: 22, units: 13, positives: 3 },
        validation: {},
        parameters: {},
        files: {},
      },
      files: { 'tree.json': JSON.stringify(tree) },
    },
    alarms: [
      alarm(90, 'u1', detector.id),
      alarm(60, 'u1', detector.id),
      alarm(600, 'u1', detector.id),
      alarm(60, 'u1', 'rule'),
    ],
    outcomes: [],
    truth: {
      labels: [label('found', 'stock-exhaustion', 60), label('other', 'price-error', 600)],
      nearMisses: [label('miss', 'bulk-buyer', 600)],
    },
    series: { startMs, stepMinutes: 60, channels: [] },
  });
  expect(report.labels.map(({ id }) => id)).toEqual(['found']);
  expect(
    report.alarms.map(({ startMs: at, labels, nearMisses }) => ({ at: (at - startMs) / minute, labels, nearMisses })),
  ).toEqual([
    { at: 60, labels: ['found'], nearMisses: [] },
    { at: 600, labels: [], nearMisses: ['miss'] },
  ]);
  expect(report.tree).toMatchObject({ units: 13, positives: 3, question: { phrase: 'units reserved', threshold: 3 } });
  expect(report.learner.threshold).toEqual({ value: 0.5, note: 'set by hand' });
  expect(report).not.toHaveProperty('scores');
  expect(report).not.toHaveProperty('forecast');
});
