import { expect, test } from 'vitest';
import type { Entity } from '../../../src/data/dataset/truth.ts';
import { overlappingWindows } from '../../../src/lab/evaluation/overlapping-windows.ts';

const row = (startMs: number, endMs: number, anomaly: string, entity: Entity) => ({
  ...{ startMs, endMs, anomaly, score: 1, detector: 'mine', entity },
});
const product = (id: string): Entity => ({ type: 'product', id });
const channel = (id: string): Entity => ({ type: 'channel', id });
const found = (rows: ReturnType<typeof row>[]) =>
  overlappingWindows(rows).map(({ windows, overlapping }) => [windows, overlapping]);

test('windows of other entities and of other channels do not overlap', () => {
  const [one, two] = [product('1'), product('2')];
  expect(found([row(0, 10, 'price-error', one), row(5, 15, 'price-error', two)])).toEqual([]);
  expect(found([row(0, 10, 'price-error', one), row(5, 15, 'price-error', one)])).toEqual([[2, 1]]);
  const [a, b] = [channel('a'), channel('b')];
  expect(found([row(0, 10, 'series', a), row(5, 15, 'series', b)])).toEqual([]);
  expect(found([row(0, 10, 'series', a), row(5, 15, 'series', a)])).toEqual([[2, 1]]);
});

test('a window overlaps any earlier one, not only the last', () => {
  const one = product('1');
  const rows = [row(0, 100, 'price-error', one), row(10, 20, 'price-error', one), row(50, 60, 'price-error', one)];
  expect(found(rows)).toEqual([[3, 2]]);
});
