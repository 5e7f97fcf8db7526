import { expect, test } from 'vitest';
import { throttledLog } from '../../../src/app/streaming/throttled-log.ts';

test('throttledLog tells what is new, now and then, and never the same again', () => {
  const told: string[] = [];
  let nowMs = 0;
  const tell = throttledLog(
    text => told.push(`${nowMs} ${text}`),
    10,
    () => nowMs,
  );
  for (const text of ['a', 'a', 'b', 'b', 'b', 'b', 'b', 'c']) {
    tell(text);
    nowMs += 5;
  }
  expect(told).toEqual(['10 b', '35 c']);
});
