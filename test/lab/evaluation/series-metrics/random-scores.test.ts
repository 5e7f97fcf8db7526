import { expect, test } from 'vitest';
import { affiliation } from '../../../../src/lab/evaluation/series-metrics/affiliation.ts';
import { bestNabScore, nabScore } from '../../../../src/lab/evaluation/series-metrics/nab-score.ts';
import { precisionAtK } from '../../../../src/lab/evaluation/series-metrics/precision-at-k.ts';
import { rangeBased } from '../../../../src/lab/evaluation/series-metrics/range-based.ts';
import { segmentsOf } from '../../../../src/lab/evaluation/series-metrics/segments.ts';
import { volumesUnderSurfaces } from '../../../../src/lab/evaluation/series-metrics/vus.ts';
import { randomStreams } from '../../../../src/shop/engine/random.ts';

/** 40 days of 5-minute samples; an anomaly of 2 hours each fourth day, at random: 2 % of the samples. */
const length = 40 * 288;
const stream = randomStreams(7).stream('scores');
const starts = Array.from({ length: 10 }, (_, index) => (4 * index + 3) * 288 + Math.floor(stream.uniform() * 260));
const labels = Array.from({ length }, (_, row) => (starts.some(start => row >= start && row < start + 24) ? 1 : 0));
const anomalies = segmentsOf(length, row => labels[row] === 1);
const random = labels.map(() => stream.uniform());
const perfect = labels.map(label => label);
/** The highest 1 % of the scores. */
const alarmsOf = (scores: readonly number[]) => {
  const threshold = [...scores].sort((a, b) => b - a)[Math.floor(length / 100)] ?? 0;
  return segmentsOf(length, row => (scores[row] ?? 0) > threshold || (scores[row] === 1 && threshold === 1));
};

test('volumesUnderSurfaces: random scores get the prevalence and one half, perfect ones nearly 1', () => {
  const volumes = volumesUnderSurfaces(random, labels, 24);
  // In the buffers samples count in part, so the prevalence is a little above 0.021.
  expect(volumes.pr).toBeGreaterThan(0.015);
  expect(volumes.pr).toBeLessThan(0.04);
  expect(volumes.roc).toBeGreaterThan(0.45);
  expect(volumes.roc).toBeLessThan(0.6);
  expect(volumesUnderSurfaces(perfect, labels, 0).pr).toBeCloseTo(1, 1);
});

test('rangeBased: random scores get an F1 near 0, perfect ones 1', () => {
  expect(rangeBased(anomalies, alarmsOf(random)).f1).toBeLessThan(0.06);
  expect(rangeBased(anomalies, anomalies)).toEqual({ precision: 1, recall: 1, f1: 1 });
  expect(rangeBased(anomalies, [])).toEqual({ precision: null, recall: 0, f1: 0 });
});

test('affiliation: random scores get a precision of one half, and a high recall', () => {
  const { precision, recall } = affiliation(anomalies, alarmsOf(random), length);
  expect(precision).toBeGreaterThan(0.45);
  expect(precision).toBeLessThan(0.6);
  // Ten random alarms in each zone are near everything: read recall beside precision.
  expect(recall).toBeGreaterThan(0.8);
  expect(affiliation(anomalies, anomalies, length)).toEqual({ precision: 1, recall: 1 });
  expect(affiliation(anomalies, [], length)).toEqual({ precision: null, recall: 0 });
});

test('nabScore: random scores get 0 or less, and hardly more at the best threshold; null 0, perfect 100', () => {
  const files = (scores: readonly number[]) => [{ scores, windows: anomalies }];
  const cut = [...random].sort((a, b) => b - a)[Math.floor(length / 100)] ?? 0;
  expect(nabScore(files(random), cut, 'standard')).toBeLessThan(5);
  expect(bestNabScore(files(random), 'standard')?.score).toBeLessThan(15);
  expect(nabScore(files(perfect.map(() => 0)), 1, 'standard')).toBe(0);
  // In the NAB's perfect detection the first row of a window alarms.
  expect(nabScore(files(perfect), 1, 'standard')).toBeCloseTo(100, 6);
});

test('nabScore: a window before the first scored row is no miss', () => {
  // 15 of 100 rows are not scored. The values are those of the NAB's sweeper.
  const windows = [
    { first: 2, last: 5 },
    { first: 50, last: 59 },
  ];
  const scores = Array.from({ length: 100 }, (_, row) => (row === 50 || row === 70 ? 1 : 0));
  const falseAlarm = -0.11 * (1 - 2 / (1 + Math.exp(5 * (11 / 9))));
  expect(nabScore([{ scores, windows }], 1, 'standard')).toBeCloseTo(100 * (1 + falseAlarm / 2), 10);
  expect(bestNabScore([{ scores, windows }], 'standard')?.score).toBeCloseTo(100 * (1 + falseAlarm / 2), 10);
  expect(nabScore([{ scores, windows: windows.slice(0, 1) }], 1, 'standard')).toBeNull();
});

test('precisionAtK: random scores get the prevalence, perfect ones 1, equal ones the prevalence', () => {
  const mixed = Array.from({ length: 40_000 }, (_, index) => ({
    ...{ day: Math.floor(index / 400), score: stream.uniform(), isPositive: index % 20 === 7 },
  }));
  expect(precisionAtK(mixed, 5)).toBeCloseTo(0.05, 1);
  expect(
    precisionAtK(
      mixed.map(entity => ({ ...entity, score: entity.isPositive ? 1 : 0 })),
      5,
    ),
  ).toBe(1);
  expect(
    precisionAtK(
      mixed.map(entity => ({ ...entity, score: 3 })),
      5,
    ),
  ).toBeCloseTo(0.05, 10);
});

test('precisionAtK: by hand, with a tie and a day without an anomaly', () => {
  const of = (day: number, score: number, isPositive = false) => ({ day, score, isPositive });
  // Day 0: two of three are looked at, the best is right, one of the two next is: (1 + 1/2) / 2. Day 1: none. Day 2: the only one is wrong.
  const entities = [of(0, 9, true), of(0, 5, true), of(0, 5), of(1, 9), of(2, 9), of(2, 1, true)];
  expect(precisionAtK(entities, 3)).toBeCloseTo((0.75 + 0) / 2, 10);
  expect(precisionAtK([of(0, 1)], 3)).toBeNull();
});
