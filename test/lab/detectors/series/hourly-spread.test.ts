import { expect, test } from 'vitest';
import { HourlySpread } from '../../../../src/lab/detectors/series/hourly-spread.ts';

test('HourlySpread: an evening that varies more has a larger spread than a night, relative to the mean of all hours', () => {
  const spread = new HourlySpread(4);
  expect(spread.of(20)).toBe(1);
  for (let day = 0; day < 60; day++) {
    for (let quarter = 0; quarter < 96; quarter++) {
      const isEvening = quarter >= 72 && quarter < 88;
      spread.push(day, quarter / 4, (isEvening ? 2 : 0.5) * (day % 2 === 0 ? 1 : -1));
    }
  }
  // The mean square is (4 · 4 + 20 · 0.25) / 24 = 0.875. Hours beside count: (2.45 · 4 + 0.25 · 0.25) / 2.7 = 3.65, with four days of the mean 3.49.
  expect(spread.of(20)).toBeCloseTo(Math.sqrt(3.49 / 0.875), 1);
  expect(spread.of(4)).toBeCloseTo(Math.sqrt(0.282 / 0.875), 1);
});

test('HourlySpread: residuals that are all 0 have the usual spread', () => {
  const spread = new HourlySpread(1);
  for (let day = 0; day < 9; day++) spread.push(day, 3, 0);
  expect(spread.of(3)).toBe(1);
});
