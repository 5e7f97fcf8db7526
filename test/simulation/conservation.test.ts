import { beforeAll, describe, expect, test } from 'vitest';
import type { Message } from '../../src/messaging/message.ts';
import { commandLogTopic } from '../../src/messaging/topics.ts';
import { anomaly, type Recording, record, scenarioFor } from '../support/run-scenario.ts';

/** What stops, so that the laws are tried under late and lost answers too. */
const stopped = ['none', 'warehouse', 'payment', 'order', 'cart', 'shipping', 'user-management', 'notification'];

describe.each(stopped)('over a whole run in which %s stops for hours', service => {
  let run: Recording;
  let messages: readonly Message[];

  beforeAll(async () => {
    const outage = anomaly({
      anomaly: 'workload-shape',
      variant: 'service-outage',
      target: service,
      at: '2d17h',
      duration: '6h',
    });
    const anomalies = service === 'none' ? [] : [outage];
    run = await record(await scenarioFor('clean', { seed: 55, days: 7, anomalies }));
    messages = run.published.map(({ message }) => message);
  });

  test('units on hand + reserved + sold = units added, for every product', () => {
    const states = run.run.hosts.get('warehouse')?.states ?? new Map();
    expect(states.size).toBe(200);
    for (const [id, state] of states) {
      const { onHand, added, sold, reservations } = state;
      const reserved = [...reservations.values()].reduce(
        (sum: number, { quantity }: { quantity: number }) => sum + quantity,
        0,
      );
      expect({ id, units: onHand + reserved + sold }).toEqual({ id, units: added });
      expect(onHand).toBeGreaterThanOrEqual(0);
    }
  });

  test('no order is paid twice, and no money is kept for a cancelled one', () => {
    const authorized = count(messages, 'PaymentAuthorized');
    const refunded = count(messages, 'PaymentRefunded');
    const cancelled = count(messages, 'OrderCancelled');
    for (const [orderId, times] of authorized) expect({ orderId, times }).toEqual({ orderId, times: 1 });
    for (const [orderId, times] of refunded)
      expect({ orderId, paid: authorized.get(orderId), times }).toEqual({ orderId, paid: 1, times: 1 });
    const lateMs = run.run.time.nowMs - 60_000;
    for (const { type, time, subject } of messages) {
      if (type !== 'OrderCancelled' || time > lateMs || !authorized.has(subject)) continue;
      expect({ orderId: subject, refunded: refunded.get(subject) }).toEqual({ orderId: subject, refunded: 1 });
    }
    expect(cancelled.size).toBeGreaterThan(0);
  });

  test('there is no order without a cart that held its products', () => {
    const carts = new Set(messages.flatMap(({ type, subject }) => (type === 'CartCreated' ? [subject] : [])));
    const orders = messages.filter(({ type }) => type === 'OrderCreated');
    expect(orders.length).toBeGreaterThan(50);
    for (const { data } of orders) expect(carts.has(String(data.cartId))).toBe(true);
  });

  test('every event has a cause that was published before it, and every command in the log was in an inbox or a timer', () => {
    const seen = new Set<string>();
    for (const { topic, message } of run.published) {
      if (message.kind === 'event') expect(seen.has(message.causationid)).toBe(true);
      if (message.source.startsWith('/services/')) expect(seen.has(message.causationid)).toBe(true);
      if (topic === commandLogTopic && message.source === '/customers') expect(seen.has(message.id)).toBe(true);
      seen.add(message.id);
    }
  });
});

function count(messages: readonly Message[], wanted: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { type, subject } of messages) if (type === wanted) counts.set(subject, (counts.get(subject) ?? 0) + 1);
  return counts;
}
