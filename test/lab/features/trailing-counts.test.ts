import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runningQuantile } from '../../../src/lab/features/running-quantile.ts';
import { trailingCounts } from '../../../src/lab/features/trailing-counts.ts';

test('trailingCounts: sums and windowsWith agree with adding up a list of all that was added', () => {
  const step = fc.record({
    skip: fc.integer({ min: 0, max: 9 }),
    column: fc.integer({ min: 0, max: 1 }),
    amount: fc.nat(9),
  });
  fc.assert(
    fc.property(fc.array(step), steps => {
      const counts = trailingCounts(4, 2);
      const all: { window: number; column: number; amount: number }[] = [];
      let window = 1000;
      for (const { skip, column, amount } of steps) {
        window += skip;
        counts.add(window, column, amount);
        all.push({ window, column, amount });
        for (const asked of [0, 1]) {
          const recent = all.filter(added => added.column === asked && added.window > window - 4);
          expect(counts.sum(window, asked)).toBe(recent.reduce((sum, added) => sum + added.amount, 0));
          const windows = new Set(recent.filter(added => added.amount > 0).map(added => added.window));
          expect(counts.windowsWith(window, asked)).toBe(windows.size);
        }
      }
    }),
  );
});

test('runningQuantile: gives the quantile of the last two generations, and the fallback before', () => {
  const quantile = runningQuantile({ share: 0.9, largest: 100, fallback: 7, minimumCount: 10 });
  for (let value = 1; value <= 9; value += 1) quantile.add(value);
  expect(quantile.value()).toBe(7);
  quantile.add(10);
  expect(quantile.value()).toBe(9);
  quantile.rotate();
  for (let value = 1; value <= 10; value += 1) quantile.add(1);
  expect(quantile.value()).toBe(8);
  quantile.rotate();
  expect(quantile.value()).toBe(1);
  quantile.add(1e9);
  expect(quantile.value()).toBe(1);
});
