import { expect, test } from 'vitest';
import { nothingShared, sharedFollower } from '../../../src/lab/detectors/shared.ts';

test('sharedFollower keeps what it gave as long as asked, and no longer', async () => {
  const asked: number[] = [];
  const follow = await sharedFollower(nothingShared().forecasts, { parts: ['one'], keptMs: 2 }, async () => window => {
    asked.push(window.startMs);
    return [window.startMs];
  });
  for (const startMs of [1, 2, 3, 2, 3, 1]) expect(follow({ startMs, counts: [] })).toEqual([startMs]);
  expect(asked).toEqual([1, 2, 3, 1]);
});
