import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { formatMessageLine } from '../../../src/broker/message-line.ts';
import { withLateApart } from '../../../src/data/collector/in-time-order.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

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
  expect(await withLateApart(place, dir)).toEqual([place]);
  const interruption = new AbortController();
  const apart = withLateApart(place, dir, interruption.signal);
  void setImmediate().then(() => interruption.abort());
  await expect(apart).rejects.toThrow('aborted');
});
