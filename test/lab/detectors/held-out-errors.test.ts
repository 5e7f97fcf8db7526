import { expect, test } from 'vitest';
import { heldOutErrors } from '../../../src/lab/detectors/lstm/held-out-errors.ts';

const hour = (counts: readonly number[], forecast: readonly number[], usual: readonly number[]) => ({
  window: { startMs: 0, counts, usual },
  forecast,
});

test('heldOutErrors: sum of the errors over sum of the counts, of the forecast and of the medians', () => {
  const streams = [[hour([8, 0], [10, 0], [8, 1])], [hour([12, 0], [10, 0], [6, 1])]];
  expect(heldOutErrors(streams)).toEqual({ heldOutDaysForecastError: 0.2, heldOutDaysMedianError: 0.4 });
});

test('heldOutErrors: null where nothing happened', () => {
  expect(heldOutErrors([[hour([0], [1], [0])]])).toEqual({
    heldOutDaysForecastError: null,
    heldOutDaysMedianError: null,
  });
});
