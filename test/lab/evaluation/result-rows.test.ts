import { expect, test } from 'vitest';
import type { Label } from '../../../src/data/dataset/truth.ts';
import type { Alarm } from '../../../src/lab/detectors/detector.ts';
import { visibleLabels } from '../../../src/lab/evaluation/label-visibility.ts';
import { pooledResults, resultRows } from '../../../src/lab/evaluation/result-rows.ts';
import { resultColumns } from '../../../src/lab/evaluation/results-file.ts';
import { runOutcome, unitCounter } from '../../../src/lab/evaluation/run-outcome.ts';
import { alarm, label } from '../../support/labels.ts';
import { windowMs } from '../../support/units.ts';

const fast = label('f', 10, 12);
const slow = label('s', 30, 40, { variant: 'slow', intensity: 'subtle', entities: [{ type: 'user', id: 'w' }] });

function outcome(run: string, labels: readonly Label[], alarms: readonly Alarm[], nearMisses: readonly Label[] = []) {
  const counter = unitCounter('stock-exhaustion');
  counter.scores.push(0.9, labels.slice(0, 1));
  counter.scores.push(0.8, []);
  counter.scores.push(0.7, labels.slice(1, 2));
  counter.scores.push(0.1, []);
  const caused = new Map(labels.map(({ id }) => [id, [{ labelId: id, relation: 'direct' }] as const]));
  return runOutcome(
    { run, truth: { labels, nearMisses, caused } },
    { anomaly: 'stock-exhaustion', detector: 'd', role: 'learner', windowMs },
    { days: 10, alarms, counter },
  );
}

/** The outcomes of these tests have no scores of single units. */
const withoutSeries = {
  ...{ vusPr: null, vusRoc: null, affiliationPrecision: null, affiliationRecall: null },
  ...{ rangeF1: null, nab: null, precisionAt5: null },
};

const row = (rows: ReturnType<typeof resultRows>, variant: string, intensity: string) =>
  rows.find(each => each.variant === variant && each.intensity === intensity);

test('resultRows: figures worked out by hand', () => {
  const miss = label('m', 50, 52, { anomaly: 'bulk-buyer', entities: [{ type: 'user', id: 'b' }] });
  const alarms = [alarm('u', 10, 11), alarm('u', 11, 12), alarm('b', 50, 51), alarm('x', 60, 61)];
  const rows = resultRows([outcome('1', [fast, slow], alarms, [miss])]);
  expect(row(rows, 'all', 'all')).toEqual({
    anomaly: 'stock-exhaustion',
    variant: 'all',
    intensity: 'all',
    detector: 'd',
    role: 'learner',
    seeds: 1,
    labels: 2,
    visible: 2,
    detected: 1,
    alarms: 3,
    nearMissAlarms: 1,
    recall: 1 / 2,
    precision: 1 / 3,
    f1: 0.4,
    falseAlarmsPerDay: 0.2,
    delayMinutesMedian: 30,
    averagePrecision: (1 + 2 / 3) / 2,
    rocAuc: 3 / 4,
    ...withoutSeries,
  });
});

test('resultRows: a variant of several intensities has a row over them, with the median delay of all', () => {
  const clear = label('c', 60, 70, { variant: 'slow', intensity: 'blatant', entities: [{ type: 'user', id: 'v' }] });
  const alarms = [alarm('w', 31, 32), alarm('v', 63, 64)];
  const rows = resultRows([outcome('1', [fast, slow, clear], alarms)]);
  const [all, one, other] = ['all', 'subtle', 'blatant'].map(intensity => row(rows, 'slow', intensity));
  expect([all?.labels, all?.detected, all?.alarms]).toEqual([2, 2, 2]);
  expect(all?.delayMinutesMedian).toBe((Number(one?.delayMinutesMedian) + Number(other?.delayMinutesMedian)) / 2);
  expect(one?.delayMinutesMedian).not.toBe(other?.delayMinutesMedian);
});

test("resultRows: a group's recall and ranking are its own, false alarms are shared", () => {
  const rows = resultRows([outcome('1', [fast, slow], [alarm('u', 10, 11), alarm('x', 60, 61)])]);
  expect(rows.map(({ variant, intensity }) => `${variant}/${intensity}`)).toEqual([
    'all/all',
    'all/blatant',
    'all/subtle',
    'fast/blatant',
    'slow/subtle',
  ]);
  const blatant = { labels: 1, detected: 1, recall: 1, precision: 1 / 2, alarms: 2, averagePrecision: 1, rocAuc: 1 };
  const subtle = { labels: 1, detected: 0, recall: 0, precision: 0, alarms: 1, averagePrecision: 1 / 2, rocAuc: 1 / 2 };
  expect(row(rows, 'fast', 'blatant')).toMatchObject(blatant);
  expect(row(rows, 'all', 'blatant')).toMatchObject(blatant);
  expect(row(rows, 'slow', 'subtle')).toMatchObject({ ...subtle, f1: 0, delayMinutesMedian: null });
});

test('resultRows: a figure without a meaning is null', () => {
  expect(row(resultRows([outcome('1', [], [])]), 'all', 'all')).toMatchObject({
    recall: null,
    precision: null,
    f1: null,
    falseAlarmsPerDay: 0,
    delayMinutesMedian: null,
    averagePrecision: null,
    rocAuc: null,
  });
});

test('resultRows: several runs are pooled, with intervals over runs that hold the figure', () => {
  const found = [alarm('u', 10, 11)];
  const runs = Array.from({ length: 12 }, (_, index) => outcome(String(index), [fast], index < 9 ? found : []));
  const [overall] = resultRows(runs);
  expect(overall).toMatchObject({ seeds: 12, labels: 12, detected: 9, recall: 0.75, precision: 1 });
  expect(overall?.recallLow).toBeGreaterThanOrEqual(0.4);
  expect(overall?.recallLow).toBeLessThan(0.75);
  expect(overall?.recallHigh).toBeGreaterThan(0.75);
  expect(overall?.precisionLow).toBe(1);
  expect(resultRows(runs)).toEqual(resultRows(runs));
  expect(Object.keys(overall ?? {}).sort()).toEqual([...resultColumns].sort());
});

test('resultRows: every window of a long label that alarms counts as one alarm, not as many', () => {
  const alarms = Array.from({ length: 8 }, (_, index) => alarm('w', 31 + index, 32 + index));
  expect(row(resultRows([outcome('1', [slow], alarms)]), 'all', 'all')).toMatchObject({ alarms: 1, precision: 1 });
});

test('resultRows: a precision needs labels that alarms could be right about', () => {
  const figures = { alarms: 1, recall: null, precision: null, f1: null, falseAlarmsPerDay: 0.1 };
  expect(row(resultRows([outcome('1', [], [alarm('x', 60, 61)])]), 'all', 'all')).toMatchObject(figures);
});

test('pooledResults: a lead counts only where its paired interval excludes 0', () => {
  const found = [alarm('u', 10, 11)];
  const pair = (run: number, ours: boolean, theirs: boolean) => [
    outcome(String(run), [fast], ours ? found : []),
    { ...outcome(String(run), [fast], theirs ? found : []), detector: 'b', role: 'baseline' as const },
  ];
  const verdict = (pairs: readonly (readonly [boolean, boolean])[]) =>
    pooledResults(pairs.flatMap(([ours, theirs], run) => pair(run, ours, theirs))).comparisons.find(
      ({ metric, intensity }) => metric === 'recall' && intensity === 'all',
    );
  const both = Array.from({ length: 8 }, (_, run) => [run < 4, run < 4] as const);
  expect(verdict([...both, [true, false]])).toMatchObject({ detector: 'd', against: 'b', verdict: 'level' });
  // Each rate alone has a wide interval; the pairs differ always in the same direction.
  const better = Array.from({ length: 9 }, (_, run) => [run < 8, run < 2] as const);
  expect(verdict(better)).toMatchObject({ verdict: 'ahead', lead: 6 / 9 });
  expect(verdict(better.map(([ours, theirs]) => [theirs, ours]))).toMatchObject({ verdict: 'behind' });
  expect(verdict(better.slice(0, 4))).toMatchObject({ verdict: 'open' });
  expect(pooledResults(pair(1, true, false)).comparisons).toEqual([]);
});

test('pooledResults: what other benchmarks measure is not compared', () => {
  const runs = Array.from({ length: 9 }, (_, run) => outcome(String(run), [fast], [alarm('u', 10, 11)]));
  const baseline = runs.map(run => ({ ...run, detector: 'b', role: 'baseline' as const }));
  const compared = pooledResults([...runs, ...baseline]).comparisons.map(({ metric }) => metric);
  expect(compared).toContain('f1');
  expect(compared).not.toContain('precisionAt5');
});

test('visibleLabels: those of the shop by their z, those of users and products by their direct messages', () => {
  const shop = (id: string, receipt: Label['receipt'], parameters: Label['parameters'] = {}) =>
    label(id, 1, 2, { anomaly: 'workload-shape', entities: [], receipt, parameters });
  const traced = label('traced', 1, 2);
  const labels = [
    ...[shop('clear', { visibilityZ: -3.1 }), shop('faint', { visibilityZ: 2.9 }), shop('unknown', {})],
    ...[shop('asked', {}, { visibilityZ: 2 }), traced, label('gone', 1, 2)],
  ];
  const caused = new Map([['m', [{ labelId: 'traced', relation: 'direct' as const }]]]);
  expect([...visibleLabels({ labels, caused })].map(({ id }) => id)).toEqual(['clear', 'unknown', 'traced']);
});
