import { expect, test } from 'vitest';
import { DailyMaxima } from '../../../../src/lab/detectors/series/daily-maxima.ts';

/** The level of days with such maxima, and of one more that is not over. */
function levelAfter(maxima: readonly number[], days: number): number {
  const daily = new DailyMaxima({ median: 1, excess: 1, least: 0 });
  for (const [day, maximum] of [...maxima, 0].entries()) daily.push(day, maximum);
  return daily.levelOf(days);
}

const different = Array.from({ length: 30 }, (_, day) => 1 + day / 10);
const mostlyZero = Array.from({ length: 30 }, (_, day) => (day < 28 ? 0 : 5));

test('the level of more alarms than one in two days is lower still', () => {
  const levels = [0.2, 1, 2, 22].map(days => levelAfter(different, days));
  expect(levels).toEqual([...levels].sort((a, b) => a - b));
  expect(new Set(levels).size).toBe(4);
});

test('where most days are quiet, the level is not below where the others begin', () => {
  const [two = 0, six = 0, many = 0] = [2, 6, 200].map(days => levelAfter(mostlyZero, days));
  expect(two).toBeCloseTo(5 / 35);
  expect(six).toBe(two);
  expect(many).toBeGreaterThan(two);
});
