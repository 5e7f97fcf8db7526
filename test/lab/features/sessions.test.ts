import { expect, test } from 'vitest';
import { dayMs } from '../../../src/base/time.ts';
import type { EventRecord } from '../../../src/data/dataset/record.ts';
import { drainSessions, type Gap } from '../../../src/lab/features/sessions.ts';

const record = (timeMs: number): EventRecord => ({
  ...{ timeMs, topic: 't', partition: 0, offset: 0, kind: 'event', type: 'X', source: '/x', id: 'i' },
  ...{ correlationId: '', causationId: '', key: '', userId: '', productId: '', orderId: '' },
  ...{ quantity: undefined, price: undefined, data: {} },
});

async function stretchesOf(days: readonly number[], endDay: number, withSilence: boolean) {
  const told: string[] = [];
  const gaps: Gap[] = [];
  const covered = await drainSessions(
    [days.map(day => record(day * dayMs))],
    { startMs: (days[0] ?? 0) * dayMs, endMs: endDay * dayMs },
    startMs => {
      told.push(`from ${startMs / dayMs}`);
      return {
        push: ({ timeMs }) => told.push(`${timeMs / dayMs}`),
        finish: endMs => told.push(`to ${endMs / dayMs}`),
      };
    },
    { withSilence, onGap: gap => gaps.push(gap) },
  );
  return { told: told.join(' '), coveredDays: covered / dayMs, gaps: gaps.length };
}

test('a stream is one stretch while no silence is longer than 22 days', async () => {
  const told = 'from 0 0 22 44 to 60';
  expect(await stretchesOf([0, 22, 44], 60, true)).toEqual({ told, coveredDays: 60, gaps: 0 });
});

test('a longer silence is looked at for 22 days, or not learnt from', async () => {
  const days = [0, 2, 25, 30];
  const searched = { told: 'from 0 0 2 to 24 from 25 25 30 to 31', coveredDays: 30, gaps: 1 };
  expect(await stretchesOf(days, 31, true)).toEqual(searched);
  const learnt = { told: 'from 0 0 2 to 2 from 25 25 30 to 31', coveredDays: 8, gaps: 1 };
  expect(await stretchesOf(days, 31, false)).toEqual(learnt);
});

test('a message alone in its time has no silence after it', async () => {
  const alone = { told: 'from -700000 -700000 to -700000 from 0 0 1 to 2', coveredDays: 2, gaps: 1 };
  expect(await stretchesOf([-700_000, 0, 1], 2, true)).toEqual(alone);
});
