import { expect, test } from 'vitest';
import { digitsApart } from '../../../src/lab/report/format-score.ts';

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
