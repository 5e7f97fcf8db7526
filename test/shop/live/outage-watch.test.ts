import { beforeEach, describe, expect, test } from 'vitest';
import type { Message } from '../../../src/broker/message.ts';
import { commandLogTopic } from '../../../src/broker/topics.ts';
import { OutageWatch } from '../../../src/shop/live/outage-watch.ts';
import { serviceNamed } from '../../../src/shop/services/registry.ts';

const inbox = 'warehouse-commands';
const events = 'warehouse-events';

function message(kind: Message['kind'], type: string, changes: Partial<Message> = {}): Message {
  const data = { productId: 'p-0001', userId: 'u-1', cartId: 'c-1', quantity: 1, expiresAt: 1 };
  const attributes = { kind, type, id: type, source: '/customers', subject: 'p-0001', time: 0 };
  return { ...attributes, correlationid: '', causationid: '', data, ...changes };
}

const added = message('event', 'ProductAddedToCart', { id: 'added', source: '/services/cart' });
const reserve = message('command', 'ReserveProduct', {
  id: 'reserve',
  source: '/services/warehouse',
  causationid: added.id,
});
const reserved = message('event', 'ProductReserved', {
  id: 'reserved',
  source: '/services/warehouse',
  causationid: reserve.id,
});
const restock = message('command', 'RestockProduct', { id: 'restock', source: '/staff' });

describe('an outage as its controller sees it', () => {
  let watch: OutageWatch;
  let late: string[];
  let start: () => void;
  const stop = () => {
    start = watch.stop(0, ({ id }) => late.push(id));
  };
  /** What the service publishes much later. */
  const advanceWatermark = () => {
    for (let number = 0; number < 5; number++) watch.observe(events, 1, { ...reserved, id: `later-${number}` });
  };

  beforeEach(() => {
    watch = new OutageWatch(serviceNamed('warehouse'));
    late = [];
  });

  test('counts what waits, and takes the service for late until that is handled', () => {
    stop();
    watch.observe('cart-events', 0, added);
    watch.observe(inbox, 0, restock);
    watch.observe('cart-events', 1, { ...added, id: 'elsewhere' });
    expect(watch.backlog).toBe(2);
    start();
    watch.observe(inbox, 2, reserve);
    watch.observe(events, 1, { ...reserved, id: 'meanwhile' });
    watch.observe(commandLogTopic, 0, restock);
    expect(watch.backlog).toBe(0);
    advanceWatermark();
    expect(late).toEqual(['reserve', 'meanwhile', 'restock']);
  });

  test('does not wait for its own events: what they begin is a timer, which nobody sees', () => {
    stop();
    // A replica hears of the stop a moment after the controller.
    watch.observe(events, 0, reserved);
    watch.observe(inbox, 0, restock);
    expect(watch.backlog).toBe(1);
    start();
    watch.observe(commandLogTopic, 0, restock);
    advanceWatermark();
    expect(late).toEqual(['restock']);
  });

  test.each(['before', 'after'])('knows an answer that was read before its question, read %s the stop', moment => {
    if (moment === 'after') stop();
    watch.observe(inbox, 2, reserve);
    watch.observe(commandLogTopic, 0, restock);
    if (moment === 'before') stop();
    watch.observe('cart-events', 0, added);
    watch.observe(inbox, 0, restock);
    expect(watch.backlog).toBe(0);
  });

  test('is over when all who stopped a partition have started it', () => {
    const others: string[] = [];
    const startOther = watch.stop(0, ({ id }) => others.push(id));
    stop();
    watch.observe(inbox, 0, restock);
    start();
    expect(watch.isStopped(0)).toBe(true);
    startOther();
    expect(watch.isStopped(0)).toBe(false);
    watch.observe(commandLogTopic, 0, restock);
    advanceWatermark();
    expect([late, others]).toEqual([['restock'], ['restock']]);
  });

  test("does not take a customer's command for its own answer to the same event", () => {
    stop();
    watch.observe('cart-events', 0, added);
    watch.observe(inbox, 1, { ...restock, causationid: added.id });
    expect(watch.backlog).toBe(1);
  });
});
