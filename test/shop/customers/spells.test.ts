import { describe, expect, test } from 'vitest';
import { dayMs, hourMs } from '../../../src/base/time.ts';
import { spells } from '../../../src/shop/customers/spells.ts';
import { randomStreams } from '../../../src/shop/engine/random.ts';

const startMs = Date.parse('2026-03-02T00:00:00Z');
const flat = new Array<number>(24).fill(1);

function levels(seed: number, days: number): readonly number[] {
  const factor = spells(
    { cv: 0.12, days: 3.5 },
    { random: randomStreams(seed).stream('demand/spells'), startMs, days, dayShape: flat },
  );
  return Array.from({ length: days }, (_, day) =>
    flat.reduce((sum, _weight, hour) => sum + factor(startMs + day * dayMs + (hour + 0.5) * hourMs) / 24, 0),
  );
}

describe('spells', () => {
  const days = levels(822_101, 4000);
  const mean = days.reduce((sum, level) => sum + level, 0) / days.length;

  test('have mean 1 and the coefficient of variation that was asked for: 4000 days, within 0.01 and 0.02', () => {
    const variance = days.reduce((sum, level) => sum + (level - mean) * (level - mean), 0) / days.length;
    expect(Math.abs(mean - 1)).toBeLessThan(0.01);
    expect(Math.abs(Math.sqrt(variance) - 0.12)).toBeLessThan(0.02);
    for (const level of days) expect(Math.abs(level - 1)).toBeLessThan(0.21);
  });

  test('last at least two days, 3.5 in the mean: within 0.2', () => {
    const starts = days.flatMap((level, day) =>
      day > 0 && Math.abs(level - (days[day - 1] ?? 1)) > 1e-9 ? [day] : [],
    );
    const lengths = starts.slice(1).map((day, index) => day - (starts[index] ?? 0));
    expect(Math.min(...lengths)).toBe(2);
    expect(Math.abs(lengths.reduce((sum, length) => sum + length, 0) / lengths.length - 3.5)).toBeLessThan(0.2);
  });

  test('change the afternoon more than the night', () => {
    const random = randomStreams(822_102).stream('demand/spells');
    const factor = spells({ cv: 0.12, days: 3.5 }, { random, startMs, days: 30, dayShape: flat });
    for (let day = 0; day < 30; day += 1) {
      const [night, afternoon] = [3, 15].map(hour => Math.abs(factor(startMs + day * dayMs + hour * hourMs) - 1));
      expect(afternoon).toBeGreaterThan(3.9 * (night ?? 0));
    }
  });

  test('do nothing with a coefficient of variation of 0', () => {
    const random = randomStreams(822_103).stream('demand/spells');
    const factor = spells({ cv: 0, days: 3.5 }, { random, startMs, days: 30, dayShape: flat });
    expect(factor(startMs + 15 * hourMs)).toBe(1);
  });
});
