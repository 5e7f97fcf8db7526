import { expect, test } from 'vitest';
import { longestPeriodMs } from '../../../src/data/series/series-in.ts';

test('longestPeriodMs is that of the slowest channel', () => {
  expect(longestPeriodMs([{ periodMs: 60_000 }, { periodMs: 900_000 }, { periodMs: 1000 }])).toBe(900_000);
});
