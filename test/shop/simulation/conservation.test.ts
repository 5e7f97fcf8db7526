import { beforeAll, describe, expect, test } from 'vitest';
import type { Message } from '../../../src/broker/message.ts';
import { commandLogTopic } from '../../../src/broker/topics.ts';
import { anomaly, type Recording, record, scenarioFor } from '../../support/run-scenario.ts';
import { brokenMoneyLaws, brokenStockLaws } from '../../support/shop-laws.ts';

/** What stops, so that the laws are tried under late and lost answers too. */
const stopped = ['none', 'warehouse', 'payment', 'order', 'cart', 'shipping', 'user-management', 'notification'];

describe.each(stopped)('over a whole run in which %s stops for hours', service => {
  let run: Recording;
  let messages: readonly Message[];

  beforeAll(async () => {
    const outage = { anomaly: 'workload-shape', variant: 'service-outage', target: service };
    const anomalies = service === 'none' ? [] : [anomaly({ ...outage, at: '2d17h', duration: '6h' })];
    run = await record(await scenarioFor('clean', { seed: 55, days: 5, anomalies }));
    messages = run.published.map(({ message }) => message);
  });

  test('units on hand + reserved + sold = units added, for every product', () => {
    const states = run.run.hosts.get('warehouse')?.states ?? new Map();
    expect(states.size).toBe(200);
    expect(brokenStockLaws(states)).toEqual([]);
  });

  test('no order is paid twice or made of no cart, and no money is kept for a cancelled one', () => {
    expect(brokenMoneyLaws(messages, run.run.time.nowMs - 60_000)).toEqual([]);
    const count = (wanted: string) => messages.filter(({ type }) => type === wanted).length;
    expect(count('OrderCreated')).toBeGreaterThan(50);
    expect(count('OrderCancelled')).toBeGreaterThan(0);
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
