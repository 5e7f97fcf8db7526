import { expect, test } from 'vitest';
import type { Message } from '../../../src/broker/message.ts';
import { messageIds } from '../../../src/broker/message-id.ts';
import { VirtualTime } from '../../../src/shop/engine/virtual-time.ts';
import { serviceMs } from '../../../src/shop/simulation/service-time.ts';
import { VirtualBroker } from '../../../src/shop/simulation/virtual-broker.ts';

const idOf = messageIds(820_001);
const ids = Array.from({ length: 100_000 }, (_, index) => idOf(`cause-${index}`, 'Type', 0));

test('serviceMs: log-normal with a tail, by the id', () => {
  const sorted = ids.map(id => serviceMs(id)).sort((a, b) => a - b);
  const quantile = (share: number) => sorted[Math.floor(share * sorted.length)] ?? 0;
  // Median 12, sigma 1.4: quantiles are 12 · exp(1.4 z).
  expect(quantile(0.5)).toBeGreaterThanOrEqual(11);
  expect(quantile(0.5)).toBeLessThanOrEqual(13);
  expect(Math.abs(quantile(0.99) / 312 - 1)).toBeLessThan(0.15);
  const above2s = sorted.filter(ms => ms > 2000).length;
  expect(above2s).toBeGreaterThan(0);
  expect(above2s).toBeLessThan(50);
  expect(serviceMs('00c0ffee00000000')).toBe(serviceMs('00c0ffee00000000'));
});

test('VirtualBroker: a service handles the messages of a key in the order of publication, and keys do not wait for each other', () => {
  const published = ids.slice(0, 400).map((id, index) => ({ id, subject: `key-${index % 4}`, time: index }));
  const handledOf = (only: (subject: string) => boolean) => {
    const time = new VirtualTime(0);
    const broker = new VirtualBroker(time, { topics: new Map([['inbox', 3]]) });
    const handled = new Map<string, { id: string; atMs: number }[]>();
    const receive = ({ id, subject }: Message) =>
      handled.set(subject, [...(handled.get(subject) ?? []), { id, atMs: time.nowMs }]);
    broker.subscribe('inbox', { name: 'service', works: true, receive });
    for (const message of published)
      if (only(message.subject)) time.at(message.time, 2, () => broker.publish('inbox', command(message)));
    time.runUntil(600_000);
    return handled;
  };
  const together = handledOf(() => true);
  for (const [key, handled] of together) {
    expect(handled.map(({ id }) => id)).toEqual(published.filter(({ subject }) => subject === key).map(({ id }) => id));
    expect(handledOf(subject => subject === key).get(key)).toEqual(handled);
  }
  expect(together.size).toBe(4);
});

function command(message: { readonly id: string; readonly subject: string; readonly time: number }): Message {
  return {
    kind: 'command',
    type: 'Type',
    source: '/customers',
    correlationid: '',
    causationid: '',
    data: {},
    ...message,
  };
}
