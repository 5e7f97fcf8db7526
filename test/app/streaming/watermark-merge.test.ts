import { describe, expect, test } from 'vitest';
import { WatermarkMerge } from '../../../src/app/streaming/watermark-merge.ts';
import type { StoredMessage } from '../../../src/broker/message.ts';
import { randomStreams } from '../../../src/shop/engine/random.ts';

const places = [
  { topic: 'a', partition: 0 },
  { topic: 'a', partition: 1 },
  { topic: 'b', partition: 0 },
] as const;
const growing = places.map(place => ({ ...place, from: 0, to: Number.POSITIVE_INFINITY }));

function stored(topic: string, partition: number, offset: number, time: number): StoredMessage {
  const message = {
    id: `${topic}${partition}${offset}`,
    kind: 'event',
    type: 'X',
    source: '/x',
    subject: 's',
  } as const;
  return { topic, partition, offset, message: { ...message, time, correlationid: '', causationid: '', data: {} } };
}

const timesOf = (released: Iterable<{ readonly stored: StoredMessage }>) =>
  [...released].map(({ stored: { message } }) => message.time);

describe('WatermarkMerge', () => {
  test('holds a message until each other partition has enough later ones or was read to its end after it', () => {
    const merge = new WatermarkMerge(growing, { holdMs: 100, window: 2 });
    merge.push({ topic: 'a', partition: 0, nextOffset: 1 }, [stored('a', 0, 0, 10)], 1000);
    merge.look(
      [
        { topic: 'a', partition: 0, high: 1 },
        { topic: 'b', partition: 0, high: 0 },
      ],
      1100,
    );
    expect(timesOf(merge.drain())).toEqual([]);
    merge.push({ topic: 'a', partition: 1, nextOffset: 2 }, [stored('a', 1, 0, 5), stored('a', 1, 1, 30)], 1100);
    expect(timesOf(merge.drain())).toEqual([]);
    expect(merge.held).toBe(3);
    // a/1 has two later ones than 5 only while 5 is there.
    merge.look(
      [
        { topic: 'a', partition: 0, high: 1 },
        { topic: 'b', partition: 0, high: 0 },
      ],
      1200,
    );
    expect(timesOf(merge.drain())).toEqual([5]);
    const lag = merge.look([...places.map(place => ({ ...place, high: 3 }))], 1300);
    expect(lag).toBe(2 + 1 + 3);
    expect(timesOf(merge.drain())).toEqual([]);
    merge.look([...places.map(place => ({ ...place, high: 0 }))], 1300);
    expect(timesOf(merge.drain())).toEqual([10, 30]);
  });

  test('waits for a partition that a topic has got meanwhile', () => {
    const [first, added] = [growing[0], { topic: 'a', partition: 9, from: 4, to: Number.POSITIVE_INFINITY }];
    const merge = new WatermarkMerge(first === undefined ? [] : [first], { holdMs: 100, window: 2 });
    merge.push({ topic: 'a', partition: 0, nextOffset: 1 }, [stored('a', 0, 0, 10)], 1000);
    expect(merge.has(added)).toBe(false);
    merge.add(added);
    expect(merge.has(added)).toBe(true);
    expect(merge.rest()).toEqual([{ ...first, from: 1 }, added]);
    merge.look([{ topic: 'a', partition: 0, high: 1 }], 1200);
    expect(timesOf(merge.drain())).toEqual([]);
    merge.push({ topic: 'a', partition: 9, nextOffset: 5 }, [stored('a', 9, 4, 5)], 1200);
    merge.look(
      [
        { topic: 'a', partition: 0, high: 1 },
        { topic: 'a', partition: 9, high: 5 },
      ],
      1400,
    );
    expect(timesOf(merge.drain())).toEqual([5, 10]);
  });

  test('hands on what comes too late at once, with the time of the last, and counts it', () => {
    const merge = new WatermarkMerge(growing.slice(0, 1), { holdMs: 0, window: 1 });
    merge.push({ topic: 'a', partition: 0, nextOffset: 1 }, [stored('a', 0, 0, 10)], 0);
    expect(timesOf(merge.drain())).toEqual([10]);
    merge.push({ topic: 'a', partition: 0, nextOffset: 2 }, [stored('a', 0, 1, 7)], 0);
    expect(timesOf(merge.drain())).toEqual([10]);
    expect(merge.late).toBe(1);
  });

  test('gives the order of a dataset, however partitions come and however often it is asked', () => {
    for (let seed = 0; seed < 50; seed++) {
      const random = randomStreams(seed).stream('merge');
      const all = places.map(({ topic, partition }) => {
        let time = 0;
        return Array.from({ length: 60 }, (_, offset) => {
          time += random.integer(0, 3);
          // A little out of order, within the window.
          return stored(topic, partition, offset, time - random.integer(0, 2));
        });
      });
      const merge = new WatermarkMerge(
        growing.map(range => ({ ...range, to: 60 })),
        { holdMs: 10, window: 6 },
      );
      const released: StoredMessage[] = [];
      const next = [0, 0, 0];
      for (let nowMs = 0; next.some(at => at < 60); nowMs += 1) {
        const lane = random.integer(0, 2);
        const [from, to] = [next[lane] ?? 0, Math.min(60, (next[lane] ?? 0) + random.integer(0, 5))];
        next[lane] = to;
        const place = places[lane] ?? places[0];
        merge.push({ ...place, nextOffset: to }, all[lane]?.slice(from, to) ?? [], nowMs);
        for (const { stored: one } of merge.drain()) released.push(one);
      }
      expect(merge.held).toBe(0);
      expect(merge.late).toBe(0);
      const expected = all
        .flat()
        .sort(
          (a, b) =>
            a.message.time - b.message.time ||
            (a.topic < b.topic ? -1 : Number(a.topic > b.topic)) ||
            a.partition - b.partition ||
            a.offset - b.offset,
        );
      expect(released).toEqual(expected);
    }
  });

  test('reads on only where it must, and is not held back by what was read to its known end', () => {
    const merge = new WatermarkMerge(
      growing.map(range => ({ ...range, to: range.topic === 'b' ? 1 : 10_000 })),
      { holdMs: 0, window: 10 },
    );
    expect(merge.wanted()).toHaveLength(3);
    merge.push({ topic: 'b', partition: 0, nextOffset: 1 }, [stored('b', 0, 0, 0)], 0);
    const next = { 0: 0, 1: 0 };
    const released: number[] = [];
    for (let most = 0; merge.wanted().length > 0; most = Math.max(most, merge.held)) {
      // A stretch of 20 at a time; a/1 has ten times as many messages an hour.
      for (const { topic, partition, from, to } of merge.wanted()) {
        const messages = Array.from({ length: Math.min(20, to - from) }, (_, index) =>
          stored(topic, partition, from + index, (from + index) * (partition === 0 ? 10 : 1)),
        );
        merge.push({ topic, partition, nextOffset: from + messages.length }, messages, 0);
        next[partition === 0 ? 0 : 1] = from + messages.length;
      }
      released.push(...timesOf(merge.drain()));
      expect(most).toBeLessThanOrEqual(2 * (10 + 20));
    }
    expect(next).toEqual({ 0: 10_000, 1: 10_000 });
    expect([merge.held, merge.late]).toEqual([0, 0]);
    expect(released).toHaveLength(20_001);
    expect(released).toEqual([...released].sort((a, b) => a - b));
  });
});
