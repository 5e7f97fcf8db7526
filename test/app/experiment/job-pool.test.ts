import { expect, test } from 'vitest';
import { memoryWithin, threadsFor } from '../../../src/app/experiment/job-pool.ts';

const gib = 2 ** 30;

test.each([
  ['two cores, much memory', 2, 24, 2],
  ['a container that sees 16 cores and has 4 GiB', 16, 4, 2],
  ['a laptop with 8 cores and 16 GiB', 8, 16, 8],
  ['a small machine', 2, 1, 1],
])('threadsFor: %s', (_, cores, memory, expected) => {
  expect(threadsFor(cores, memory * gib)).toBe(expected);
});

test.each([
  ['a container', 4 * gib, 4 * gib],
  ['no container', 0, 16 * gib],
  ['no limit in version 1 of control groups', 2 ** 64, 16 * gib],
  ['a system without control groups', undefined, 16 * gib],
])('memoryWithin: %s', (_, limit, expected) => {
  expect(memoryWithin(limit, 16 * gib)).toBe(expected);
});
