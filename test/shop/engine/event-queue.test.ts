import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventQueue } from '../../../src/shop/engine/event-queue.ts';
import { VirtualTime } from '../../../src/shop/engine/virtual-time.ts';

test('EventQueue gives tasks by time, then priority, then in the order in which they were pushed', () => {
  const entry = fc.record({ timeMs: fc.integer({ min: 0, max: 5 }), priority: fc.integer({ min: 0, max: 2 }) });
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 60 }), entries => {
      const queue = new EventQueue();
      const order: number[] = [];
      for (const [index, { timeMs, priority }] of entries.entries()) {
        queue.push(timeMs, priority, () => {
          order.push(index);
        });
      }
      while (queue.size > 0) queue.pop()?.();
      const expected = [...entries.keys()].sort((a, b) => {
        const [one, other] = [entries[a], entries[b]];
        return (one?.timeMs ?? 0) - (other?.timeMs ?? 0) || (one?.priority ?? 0) - (other?.priority ?? 0) || a - b;
      });
      expect(order).toEqual(expected);
    }),
  );
});

test('VirtualTime runs what is due before the end, moves the clock there, and runs late tasks at once', () => {
  const time = new VirtualTime(1000);
  const seen: [string, number][] = [];
  const note = (name: string) => () => {
    seen.push([name, time.nowMs]);
  };
  time.at(1500, 0, () => {
    note('first')();
    time.at(1200, 0, note('late'));
  });
  time.at(2000, 0, note('at the end'));
  time.runUntil(2000);
  expect(seen).toEqual([
    ['first', 1500],
    ['late', 1500],
  ]);
  expect(time.nowMs).toBe(2000);
  time.runUntil(2001);
  expect(seen.at(-1)).toEqual(['at the end', 2000]);
});
