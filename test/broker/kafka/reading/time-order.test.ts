import { expect, test } from 'vitest';
import { TimeOrder } from '../../../../src/broker/kafka/reading/time-order.ts';

type Step = readonly [place: string, from: number, times: readonly number[]];

/** Offsets follow on `from`; partitions begin at offset 5. */
function isKnownToHold(steps: readonly Step[]): boolean {
  const order = new TimeOrder();
  for (const [place, from, times] of steps) {
    const messages = times.map((timeMs, index) => ({ offset: from + index, timeMs }));
    order.watch(place, messages, { low: 5, from, nextOffset: from + times.length });
  }
  return order.isKnownToHold;
}

test.each<readonly [what: string, expected: boolean, steps: readonly Step[]]>([
  ['nothing', false, []],
  ['one partition in order', true, [['a', 5, [1, 1, 2]]]],
  ['a later message that is earlier', false, [['a', 5, [1, 3, 2]]]],
  [
    'a step back between two batches',
    false,
    [
      ['a', 5, [1, 3]],
      ['a', 7, [2]],
    ],
  ],
  [
    'two partitions, each in order',
    true,
    [
      ['a', 5, [8, 9]],
      ['b', 5, [1, 2]],
    ],
  ],
  ['a beginning that was not seen', false, [['a', 6, [1, 2]]]],
  [
    'a gap',
    false,
    [
      ['a', 5, [1, 2]],
      ['a', 8, [3]],
    ],
  ],
  [
    'a beginning that was read twice',
    true,
    [
      ['a', 5, [1]],
      ['a', 5, [1, 2, 3]],
    ],
  ],
  [
    'offsets without messages',
    true,
    [
      ['a', 5, [1]],
      ['a', 6, []],
      ['a', 6, [2]],
    ],
  ],
])('TimeOrder: %s', (_what, expected, steps) => {
  expect(isKnownToHold(steps)).toBe(expected);
});
