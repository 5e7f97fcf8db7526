import { describe, expect, test } from 'vitest';
import { nearestWord } from '../../src/base/words.ts';

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
