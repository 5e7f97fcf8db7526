import { expect, test } from 'vitest';
import { mergeSorted } from '../../src/base/merge-sorted.ts';

type Item = { readonly time: number; readonly name: string };

const byTime = (a: Item, b: Item) => a.time - b.time;

function* input(name: string, times: readonly number[], onClosed: () => void = () => undefined): Generator<Item> {
  try {
    for (const time of times) yield { time, name };
  } finally {
    onClosed();
  }
}

const texts = (items: Iterable<Item>) => [...items].map(({ time, name }) => `${time}${name}`);

test('mergeSorted: all inputs in one order, equal items in the order of the inputs', () => {
  const inputs = [input('a', [1, 3, 3, 7]), input('b', []), input('c', [2, 3, 8])];
  expect(texts(mergeSorted(inputs, byTime))).toEqual(['1a', '2c', '3a', '3a', '3c', '7a', '8c']);
});

test('mergeSorted closes its inputs when the reader leaves', () => {
  const closed: string[] = [];
  const inputs = ['a', 'b'].map(name => input(name, [1, 2], () => closed.push(name)));
  for (const item of mergeSorted(inputs, byTime)) if (item.time === 1) break;
  expect(closed).toEqual(['a', 'b']);
});
