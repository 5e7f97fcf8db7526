import { expect, test } from 'vitest';
import { digitsApart, formatAmount, formatScore } from '../../../src/lab/report/format-score.ts';

test.each([
  [0.42, [0.97, 0.51], 4],
  [0.9915510039913759, [0.9915807489630587], 5],
  [0.99763, [0.997638], 5],
  [0.99763, [1, 0.9976301], 7],
  [8.94, [], 4],
  [0.5, [0.5], 4],
])('digitsApart(%d, %j) is %i', (threshold, scores, digits) => {
  expect(digitsApart(threshold, scores)).toBe(digits);
});

test('formatScore has no idle zeros', () => {
  expect([0.5, 1041.967595617845, 0.9915510039913759].map(score => formatScore(score, 5))).toEqual([
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
