import { expect, test } from 'vitest';
import type { StoredMessage } from '../../../src/broker/message.ts';
import { neighbours } from './neighbours.ts';

function stored(partition: number, offset: number, id: string, causationid: string): StoredMessage {
  const attributes = { kind: 'event', type: 'CartCreated', source: '/services/cart', subject: 'c-1' } as const;
  return {
    topic: 'cart-events',
    partition,
    offset,
    message: { ...attributes, id, causationid, time: offset * 1000, correlationid: '', data: {} },
  };
}

test('neighbours: shows what an audit names among the messages beside it in its partition, with wall times and producers', () => {
  const run = [
    stored(0, 0, 'a', 'x'),
    ...Array.from({ length: 6 }, (_, offset) => stored(1, offset, `b-${offset}`, `y-${offset}`)),
    stored(1, 6, 'b-1', 'y-1'),
  ];
  const clock = { wallMs: 500, virtualMs: 0, speed: 10 };
  const producers = new Map([['cart-events/1 6', '7']]);
  expect(neighbours(run, ['cart: CartCreated b-1'], { clock, beganMs: 100, producers })).toEqual([
    'cart: CartCreated b-1',
    '  cart-events/1 0 1970-01-01T00:00:00.000Z (0.40 s) CartCreated b-0 after y-0',
    '> cart-events/1 1 1970-01-01T00:00:01.000Z (0.50 s) CartCreated b-1 after y-1',
    '  cart-events/1 2 1970-01-01T00:00:02.000Z (0.60 s) CartCreated b-2 after y-2',
    '  cart-events/1 3 1970-01-01T00:00:03.000Z (0.70 s) CartCreated b-3 after y-3',
    '  cart-events/1 4 1970-01-01T00:00:04.000Z (0.80 s) CartCreated b-4 after y-4',
    '  cart-events/1 5 1970-01-01T00:00:05.000Z (0.90 s) CartCreated b-5 after y-5',
    '> cart-events/1 6 1970-01-01T00:00:06.000Z (1.00 s) CartCreated b-1 after y-1 by producer 7',
  ]);
  expect(neighbours(run, ['log: the row of x, which caused CartCreated'])).toEqual([
    'log: the row of x, which caused CartCreated',
    '> cart-events/0 0 1970-01-01T00:00:00.000Z CartCreated a after x',
  ]);
});
