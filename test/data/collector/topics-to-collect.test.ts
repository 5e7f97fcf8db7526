import { expect, test } from 'vitest';
import { partitionsToCollect } from '../../../src/data/collector/topics-to-collect.ts';

const broker = ['cart-events', 'cart-commands', 'cqshop-truth', 'orders', 'application-command-topic'].map(topic => ({
  ...{ topic, partition: 0 },
  ...{ low: 0, high: 1 },
}));

test.each([
  [undefined, ['cart-events', 'cqshop-truth', 'application-command-topic']],
  [['cart-commands'], ['cart-commands', 'cqshop-truth']],
  // A shop's labels say nothing of another system on its broker.
  [['orders'], ['orders']],
  [
    ['orders', 'cart-events'],
    ['cart-events', 'cqshop-truth', 'orders'],
  ],
])('partitionsToCollect: named %j', (named, wanted) => {
  expect(partitionsToCollect(broker, named).map(({ topic }) => topic)).toEqual(wanted);
});
