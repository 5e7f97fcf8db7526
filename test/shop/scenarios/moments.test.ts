import { describe, expect, test } from 'vitest';
import { compactDuration, parseDuration, parseMoment, parseOffset } from '../../../src/shop/scenarios/moments.ts';

describe('parseDuration', () => {
  test.each([
    ['90m', 5_400_000],
    ['2h30m', 9_000_000],
    ['1d', 86_400_000],
    ['3d14h30m', 311_400_000],
    ['45s', 45_000],
    ['0m', 0],
  ])('reads %s as %d ms', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  test.each(['', '-90m', '90', '1.5h', '30m2h', '1h 30m', 'h', '1w', '1d\n'])('does not read %j', text => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

describe('parseOffset', () => {
  test('gives the same for both forms', () => {
    expect(parseOffset('day 3 14:30')).toBe(parseOffset('3d14h30m'));
    expect(parseOffset('day 0')).toBe(0);
  });

  test.each(['day 3 24:00', 'day 3 14:60', 'day -1', 'day', 'Day 3'])('does not read %j', text => {
    expect(parseOffset(text)).toBeUndefined();
  });
});

describe('parseMoment', () => {
  const startMs = Date.UTC(2026, 2, 2, 6);

  test('counts an offset from the start', () => {
    expect(parseMoment('day 1 02:00', startMs)).toBe(Date.UTC(2026, 2, 3, 8));
  });

  test('takes an instant as it is', () => {
    expect(parseMoment('2026-03-05T14:30:00Z', startMs)).toBe(Date.UTC(2026, 2, 5, 14, 30));
    expect(parseMoment('2026-03-05', startMs)).toBe(Date.UTC(2026, 2, 5));
  });

  test('throws on what the schema would have refused', () => {
    expect(() => parseMoment('tomorrow', startMs)).toThrow(TypeError);
  });
});

describe('compactDuration', () => {
  test.each([
    [9_000_000, '2h30m'],
    [86_400_000, '1d'],
    [0, '0s'],
    [59_600, '1m'],
    [90_061_000, '1d1h1m1s'],
  ])('writes %d ms as %s', (durationMs, expected) => {
    expect(compactDuration(durationMs)).toBe(expected);
  });
});
