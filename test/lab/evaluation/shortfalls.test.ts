import { expect, test } from 'vitest';
import { assertSameSeeds, type Gate, gateOf, shortfalls, updatedGate } from '../../../src/lab/evaluation/gate.ts';
import { expectCqshopError } from '../../support/cqshop-error.ts';
import { resultRow } from '../../support/result-row.ts';

const about = { command: 'test', seeds: 5, firstSeed: 101, version: '0', tolerance: 0.02 };
const figures = { labels: 10, recall: 0.9, precision: 0.8, averagePrecision: 0.85, falseAlarmsPerDay: 0.05 };
const accepted = resultRow(figures);
const figuresBelow = (gate: Gate, row: Parameters<typeof resultRow>[0]) =>
  shortfalls(gate, [resultRow(row)]).map(({ figure }) => figure);

test('shortfalls: no false alarm on clean runs is no worse than some, whatever precision was accepted', () => {
  const some = { variant: 'clean', intensity: 'none', precision: 0, falseAlarmsPerDay: 0.05 };
  const none = { ...some, precision: null, falseAlarmsPerDay: 0 };
  expect(figuresBelow(gateOf([resultRow(some)], about), none)).toEqual([]);
});

test('shortfalls: a detector that falls silent is told by its recall, not by a precision without a meaning', () => {
  const silent = { ...figures, recall: 0, precision: null, falseAlarmsPerDay: 0 };
  expect(figuresBelow(gateOf([accepted], about), silent)).toEqual(['recall']);
});

test.each(['recall', 'averagePrecision', 'falseAlarmsPerDay'] as const)(
  'shortfalls: %s that was lost is one',
  figure => {
    expect(figuresBelow(gateOf([accepted], about), { ...figures, [figure]: null })).toEqual([figure]);
  },
);

test('shortfalls: a learner of which nothing was accepted is one, since nothing would guard it', () => {
  const gate = gateOf([accepted], about);
  const other = resultRow({ ...figures, anomaly: 'price-error' });
  expect(shortfalls(gate, [accepted, other])).toMatchObject([{ anomaly: 'price-error', figure: 'not accepted' }]);
});

test('updatedGate: renews the anomalies evaluated, in their places, and keeps the rest', () => {
  const clean = { variant: 'clean', intensity: 'none' };
  const rowsOf = (recall: number) =>
    ['stock-exhaustion', 'price-error'].flatMap(anomaly => resultRow({ ...figures, anomaly, recall }));
  const before = gateOf([...rowsOf(0.9), resultRow(clean)], { ...about, tolerance: 0.1 });
  const [, prices] = rowsOf(0.5);
  const after = updatedGate(prices === undefined ? [] : [prices], { ...about, command: 'part', version: '1' }, before);
  expect(after).toMatchObject({ command: 'test', version: '1', tolerance: 0.1 });
  expect(after.accepted.map(({ anomaly, recall }) => [anomaly, recall])).toEqual([
    ['stock-exhaustion', 0.9],
    ['price-error', 0.5],
    ['stock-exhaustion', resultRow(clean).recall],
  ]);
});

test('assertSameSeeds: a part of a gate is renewed with its seeds only', async () => {
  const gate = gateOf([accepted, resultRow({ ...figures, anomaly: 'price-error' })], about);
  const others = { seeds: 20, firstSeed: 1 };
  expect(() => assertSameSeeds(gate, ['price-error'], about)).not.toThrow();
  expect(() => assertSameSeeds(gate, [accepted.anomaly, 'price-error'], others)).not.toThrow();
  await expectCqshopError(
    async () => assertSameSeeds(gate, ['price-error'], others),
    'USAGE',
    'its other figures have --seeds 5 --first-seed 101',
  );
});
