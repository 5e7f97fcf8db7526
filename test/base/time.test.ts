import { expect, test } from 'vitest';
import { weekdayOf } from '../../src/base/time.ts';

test('weekdayOf counts from Monday, before 1970 too', () => {
  expect(weekdayOf(Date.parse('2026-03-02T23:59:59Z'))).toBe(0);
  expect(weekdayOf(Date.parse('1970-01-01T00:00:00Z'))).toBe(3);
  expect(weekdayOf(Date.parse('1969-12-27T12:00:00Z'))).toBe(5);
  expect(weekdayOf(Date.parse('1969-12-28T00:00:00Z'))).toBe(6);
  expect(weekdayOf(Date.parse('1969-12-29T00:00:00Z'))).toBe(0);
});
