import { describe, expect, test } from 'vitest';
import { formatAmount, nearestWord, withDigits } from '../../src/base/words.ts';

describe('nearestWord', () => {
  test('finds a word in other capitals', () => {
    expect(nearestWord('TIMESTAMP', ['value', 'Timestamp'])).toBe('Timestamp');
    expect(nearestWord('Value', ['value', 'VALUE'])).toBe('value');
  });

  test('finds the end of a path', () => {
    expect(nearestWord('ms', ['ts', 'payload.ms', 'payload.svc'])).toBe('payload.ms');
    expect(nearestWord('ms', ['ts', 'a.ms', 'b.ms'])).toBe('ts');
  });

  test('finds the only word that begins so, else the nearest', () => {
    expect(nearestWord('stock', ['stock-exhaustion', 'price-error'])).toBe('stock-exhaustion');
    expect(nearestWord('serie', ['series', 'service'])).toBe('series');
    expect(nearestWord('foo', ['stock-exhaustion', 'series'])).toBeUndefined();
  });
});

test('withDigits has no idle zeros', () => {
  expect([0.5, 1041.967595617845, 0.9915510039913759].map(score => withDigits(score, 5))).toEqual([
    '0.5',
    '1042',
    '0.99155',
  ]);
});

test('formatAmount is whole from 10 on', () => {
  expect([3746.9, 113.4, 10, 9.96, 5.43, 0.043, 0].map(formatAmount)).toEqual([
    ...['3,747', '113', '10', '10', '5.4', '0.043', '0'],
  ]);
});
