import { expect, test } from 'vitest';
import { Topics } from '../../src/broker/topics.ts';

test('Topics names a topic with and without the prefix of its run, and owns those under it only', () => {
  const topics = new Topics('week-7.');
  expect(topics.full('cart-events')).toBe('week-7.cart-events');
  expect(topics.short('week-7.cart-events')).toBe('cart-events');
  expect(['week-7.cart-events', 'week-8.cart-events', 'cart-events'].map(name => topics.owns(name))).toEqual([
    true,
    false,
    false,
  ]);
  expect(new Topics().full('cart-events')).toBe('cart-events');
});
