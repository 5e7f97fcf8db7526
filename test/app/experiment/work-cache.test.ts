import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openWorkCache } from '../../../src/app/experiment/work-cache.ts';
import { expectCqshopError } from '../../support/cqshop-error.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

test('openWorkCache: work that was cut off goes on where it ended, and leaves nothing once it is done', async () => {
  const dir = join(temporaryDirectory(), 'interim');
  const computed: number[] = [];
  const result = (seed: number) => async () => {
    computed.push(seed);
    return { seed, scores: [Number.NEGATIVE_INFINITY] };
  };
  const first = openWorkCache(dir);
  await first.get(['run', 1], result(1));
  await expect(first.get(['run', 2], () => Promise.reject(new Error('out of memory')))).rejects.toThrow();
  expect(first.close(false)).toBe(true);

  const second = openWorkCache(dir);
  expect(await second.get(['run', 1], result(1))).toEqual({ seed: 1, scores: [Number.NEGATIVE_INFINITY] });
  expect(await second.get(['run', 2], result(2))).toMatchObject({ seed: 2 });
  expect(await second.get(['another', 1], result(3))).toMatchObject({ seed: 3 });
  expect(computed).toEqual([1, 2, 3]);
  expect(second.close(true)).toBe(false);
  expect(existsSync(dir)).toBe(false);
});

test('openWorkCache: not where a collection is unfinished, which would be deleted at the end', () => {
  const dir = temporaryDirectory();
  writeFileSync(join(dir, 'checkpoint.json'), '{}');
  expect(() => openWorkCache(dir)).toThrow('it holds the work of an unfinished `cqshop collect`, expected another');
  expect(readdirSync(dir)).toEqual(['checkpoint.json']);
});

test('openWorkCache: one process at a time', async () => {
  const dir = join(temporaryDirectory(), 'interim');
  const cache = openWorkCache(dir);
  await expectCqshopError(async () => openWorkCache(dir), 'LOCKED', 'is evaluating there');
  expect(cache.close(false)).toBe(false);
  expect(existsSync(dir)).toBe(false);
  openWorkCache(dir).close(true);
});

test('openWorkCache: what was cut or changed is computed again', async () => {
  const cache = openWorkCache(join(temporaryDirectory(), 'interim'));
  const facts = ['run', 1];
  const path = cache.fileFor(facts);
  const result = () => cache.get(facts, async () => ({ scores: [1, 2] }));
  await result();
  const whole = readFileSync(path);
  for (const damaged of [whole.subarray(0, 80), '', Buffer.concat([whole.subarray(0, -1), Buffer.from('?')])]) {
    writeFileSync(path, damaged);
    expect(cache.has(facts)).toBe(false);
    expect(await result()).toEqual({ scores: [1, 2] });
    expect(readFileSync(path)).toEqual(whole);
  }
  expect(cache.has(facts)).toBe(true);
  cache.close(true);
});
