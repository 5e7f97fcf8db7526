import { expect, test } from 'vitest';
import { dayMs, minuteMs } from '../../../../src/base/time.ts';
import type { EventRecord } from '../../../../src/data/dataset/record.ts';
import { eventCounter } from '../../../../src/lab/report/terminal/events.ts';

async function countOf(startMs: number, endMs: number) {
  const events = eventCounter({ startMs, endMs });
  async function* records() {
    // All that is read of them.
    yield [startMs, endMs - 1].map(timeMs => ({ timeMs }) as EventRecord);
  }
  for await (const _ of events.counting(records()));
  return events;
}

test('eventCounter counts quarters of an hour, and longer windows where one wrong time makes a span of millennia', async () => {
  const day = await countOf(0, dayMs);
  expect(day.windowMs).toBe(15 * minuteMs);
  expect(day.counts).toEqual([1, ...new Array(94).fill(0), 1]);
  const all = await countOf(0, Date.parse('9999-12-31T23:59:59Z'));
  expect(all.windowMs % (15 * minuteMs)).toBe(0);
  expect(all.counts.length).toBeLessThanOrEqual(100_000);
  expect([all.counts[0], all.counts.at(-1)]).toEqual([1, 1]);
});
