import { expect, test } from 'vitest';
import { formatSeeds } from '../../../src/lab/report/format-seeds.ts';

test.each([
  [[7], 'seed 7'],
  [[4, 4], 'seed 4'],
  [[2, 1, 4, 3], 'seeds 1 to 4'],
  [[1, 2], 'seeds 1 and 2'],
  [[9, 1, 5], 'seeds 1, 5 and 9'],
  [[], 'no seed'],
])('formatSeeds(%j) is "%s"', (seeds, text) => {
  expect(formatSeeds(seeds)).toBe(text);
});
