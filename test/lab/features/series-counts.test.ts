import { expect, test } from 'vitest';
import type { EventRecord } from '../../../src/data/dataset/record.ts';
import { shopChannels, topicChannels, totalOf } from '../../../src/lab/features/series-channels.ts';
import { byTopic, seriesCounts } from '../../../src/lab/features/series-counts.ts';

const minute = 60_000;
const start = Date.UTC(2025, 0, 6);
const quarters = seriesCounts({ id: 'quarters', windowMs: 15 * minute });

function record(minutes: number, topic: string, type = 'Something'): EventRecord {
  return {
    timeMs: start + minutes * minute,
    topic,
    partition: 0,
    offset: 0,
    kind: 'event',
    type,
    source: '',
    id: '',
    correlationId: '',
    causationId: '',
    key: '',
    userId: '',
    productId: '',
    orderId: '',
    quantity: undefined,
    price: undefined,
    data: {},
  };
}

function named(counts: readonly number[]): Record<string, number | undefined> {
  return Object.fromEntries(
    shopChannels.names.flatMap((name, index) => ((counts[index] ?? 0) > 0 ? [[name, counts[index]]] : [])),
  );
}

test('shopChannels counts a record by its topic, whatever the prefix, and an order twice', () => {
  const names = (topic: string, type?: string) =>
    shopChannels.of(record(0, topic, type)).map(index => shopChannels.names[index]);
  expect(names('user-management-events')).toEqual(['user-management-events']);
  expect(names('trial-7.cart-events')).toEqual(['cart-events']);
  expect(names('trial-7.application-command-topic')).toEqual(['commands']);
  expect(names('order-events', 'OrderCreated')).toEqual(['order-events', 'orders']);
  expect(names('order-events', 'OrderPaid')).toEqual(['order-events']);
  expect(names('order-commands')).toEqual([]);
  expect(names('cqshop-truth')).toEqual([]);
});

test('totalOf counts every message once', () => {
  expect(
    totalOf(
      shopChannels.names.map((_, index) => 10 ** index),
      shopChannels,
    ),
  ).toBe(11_111_111);
});

test('seriesCounts counts per window and channel', () => {
  const fold = quarters.fold(start);
  const units = [
    ...fold.push(record(0, 'cart-events')),
    ...fold.push(record(14.99, 'order-events', 'OrderCreated')),
    ...fold.push(record(15, 'cart-events')),
    ...fold.finish(start + 30 * minute),
  ];
  expect(units.map(({ startMs, endMs }) => [(startMs - start) / minute, (endMs - start) / minute])).toEqual([
    [0, 15],
    [15, 30],
  ]);
  expect(units.map(({ features }) => named(features))).toEqual([
    { 'cart-events': 1, 'order-events': 1, orders: 1 },
    { 'cart-events': 1 },
  ]);
  expect(units[0]?.entity).toEqual({ type: 'shop', id: 'shop' });
});

test('seriesCounts yields a unit of zeros for every silent window, also before the first and after the last record', () => {
  const fold = quarters.fold(start);
  const units = [...fold.push(record(50, 'cart-events')), ...fold.finish(start + 120 * minute)];
  expect(units.map(({ features }) => totalOf(features, shopChannels))).toEqual([0, 0, 0, 1, 0, 0, 0, 0]);
});

test('seriesCounts yields nothing for windows that the start or the end of the stream cuts', () => {
  const fold = quarters.fold(start + 10 * minute);
  const units = [
    ...fold.push(record(12, 'cart-events')),
    ...fold.push(record(20, 'cart-events')),
    ...fold.push(record(31, 'cart-events')),
    ...fold.finish(start + 40 * minute),
  ];
  expect(units.map(({ startMs, features }) => [(startMs - start) / minute, totalOf(features, shopChannels)])).toEqual([
    [15, 1],
  ]);
});

test('topicChannels counts each topic of another system by its whole name, and others as one of them', () => {
  const channels = topicChannels(['clicks', 'order-events'], new Map([['clicks-v2', 'clicks']]));
  const of = (topic: string, type = 'OrderCreated') => channels.of({ topic, type });
  expect([of('clicks'), of('order-events'), of('clicks-v2'), of('my-clicks')]).toEqual([[0], [1], [0], []]);
  expect(totalOf([3, 4], channels)).toBe(7);
  expect(channels.entity).toEqual({ type: 'service', id: 'all topics' });
  expect(topicChannels(['clicks']).entity).toEqual({ type: 'service', id: 'clicks' });
  const [unit] = byTopic(quarters, ['clicks']).fold(start).push(record(16, 'clicks'));
  expect(unit).toMatchObject({ features: [0], entity: { id: 'clicks' } });
});
