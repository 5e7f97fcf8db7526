import { expect, test } from 'vitest';
import { isDegraded } from '../../../src/shop/live/degradation.ts';

const usual = { mostMs: 90_000, meanMs: 2000, answerMedianMs: 16_000, answerHighMs: 3_600_000 };

test.each([
  ['an outage of the scenario delays few commands, for long', usual, false],
  ['every act is late', { ...usual, meanMs: 31_000 }, true],
  ['half of the commands wait', { ...usual, answerMedianMs: 31_000 }, true],
  ['the clock stood still', { ...usual, mostMs: 660_000 }, true],
])('isDegraded: %s', (_, lag, expected) => {
  expect(isDegraded(lag)).toBe(expected);
});
