import { expect, test } from 'vitest';
import { type Gate, gateOf, shortfalls } from '../../src/evaluation/gate.ts';
import { resultRow } from '../support/result-row.ts';

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
