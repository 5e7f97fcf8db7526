import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { formatMessageLine } from '../../../src/broker/message-line.ts';
import { inTimeOrder, reorderWindowFor, withLateApart } from '../../../src/data/collector/in-time-order.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const window = reorderWindowFor(1);

test.each([
  [1, 10_000, 16 * 1024 * 1024],
  [300, 333, 55_924],
])('messages of %i partitions share what is held', (partitions, messages, characters) => {
  expect(reorderWindowFor(partitions)).toEqual({ messages, characters });
});

test('inTimeOrder holds as many characters as its window has, and one line at least', () => {
  let read = 0;
  function* lines(characters: number) {
    for (read = 0; read < 100; read += 1) {
      yield { topic: 'said', partition: 0, offset: read, message: { time: read }, text: ' '.repeat(characters) };
    }
  }
  const ahead = (characters: number) => {
    const most = { messages: 50, characters: 1000 };
    return Array.from(inTimeOrder(lines(characters), most), ({ offset }) => read - offset)[0];
  };
  expect({ small: ahead(1), large: ahead(100), larger: ahead(2000) }).toEqual({ small: 50, large: 10, larger: 1 });
});

test('withLateApart can be interrupted while it reads', async () => {
  const dir = temporaryDirectory();
  const attributes = { kind: 'event', type: 'Said', source: '/test', subject: 'a' } as const;
  const lines = Array.from({ length: 15_000 }, (_, offset) => {
    const ids = { id: `id-${offset}`, correlationid: '', causationid: '' };
    return formatMessageLine(offset, { ...attributes, ...ids, time: offset, data: {} });
  });
  const path = join(dir, '0.jsonl');
  writeFileSync(path, lines.join(''));
  const place = { path, bytes: lines.join('').length, topic: 'cart-events', partition: 0, low: 0 };
  expect(await withLateApart(place, { dir, window })).toEqual([place]);
  const interruption = new AbortController();
  const apart = withLateApart(place, { dir, window, signal: interruption.signal });
  void setImmediate().then(() => interruption.abort());
  await expect(apart).rejects.toThrow('aborted');
});
