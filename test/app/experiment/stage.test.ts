import { expect, test } from 'vitest';
import { stage } from '../../../src/app/experiment/stage.ts';
import { CqshopError } from '../../../src/base/errors.ts';
import { expectCqshopError } from '../../support/cqshop-error.ts';

const { signal } = new AbortController();
const quiet = { onStage: () => undefined, signal };

test('stage: a worker that dies once costs nothing', async () => {
  let tries = 0;
  const results = await stage('score', [1, 2], quiet, async item => {
    if (item === 1 && tries++ === 0) throw new Error('out of memory');
    return 10 * item;
  });
  expect(results).toEqual([10, 20]);
});

test('stage: a worker that dies twice fails the stage after all others have finished', async () => {
  const finished: number[] = [];
  const job = async (item: number) => {
    if (item === 1) throw new Error('out of memory');
    await new Promise(resolve => setImmediate(resolve));
    finished.push(item);
  };
  await expectCqshopError(
    () => stage('score', [1, 2, 3], quiet, job),
    'WORKER_DIED',
    'the worker of 1 of 3 jobs died twice (out of memory)',
  );
  expect(finished).toEqual([2, 3]);
});

test('stage: an expected failure ends it at once, and so does an interruption', async () => {
  const mistake = new CqshopError('USAGE', 'Cannot score: no');
  const never = new Promise<never>(() => undefined);
  await expect(stage('score', [1, 2], quiet, item => (item === 1 ? Promise.reject(mistake) : never))).rejects.toBe(
    mistake,
  );
  const aborted = { ...quiet, signal: AbortSignal.abort(new Error('interrupted')) };
  const job = () => Promise.reject(new Error('terminated'));
  await expect(stage('score', [1], aborted, job)).rejects.toThrow('interrupted');
});
