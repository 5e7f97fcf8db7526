import { expect, test } from 'vitest';
import type { Message } from '../../../src/broker/message.ts';
import { messageIds } from '../../../src/broker/message-id.ts';
import { Aggregates } from '../../../src/shop/services/aggregates.ts';
import type { CommandDraft, Service } from '../../../src/shop/services/service.ts';
import { commands, events } from '../../../src/shop/services/warehouse/messages.ts';

/** Counts additions; at 3 it is finished and forgotten. What it does about events is the test's. */
function counter(reactions: Service['reactions'] = {}): Aggregates {
  const service: Service = {
    name: 'counter',
    description: 'counts',
    aggregate: 'count',
    commands: { Add: commands.ReserveProduct },
    events: { Added: events.ProductReserved },
    decide: ({ data }, state = 0) =>
      Array.from({ length: Number(data.times) }, (_, index) => ({
        type: 'Added',
        data: { total: Number(state) + index + 1 },
      })),
    evolve: (_, { data }) => (data.total === 3 ? undefined : data.total),
    reactions,
  };
  return new Aggregates(service, messageIds(1));
}

const add = (times: number): Message => ({
  kind: 'command',
  type: 'Add',
  id: 'add-1',
  source: '/customers',
  subject: 'count-1',
  time: 5,
  correlationid: 'visit-1',
  causationid: '',
  data: { times },
});

const happened = (type: string): Message => ({ ...add(0), kind: 'event', type, id: `${type}-1`, time: 40 });

test('handle takes the command at the given time and gives each event an envelope of its own', () => {
  const aggregates = counter();
  const { command, events: published } = aggregates.handle(add(2), 70);
  expect(command).toEqual({ ...add(2), time: 70 });
  const envelope = { kind: 'event', type: 'Added', source: '/services/counter', subject: 'count-1', time: 70 };
  const cause = { correlationid: 'visit-1', causationid: 'add-1' };
  expect(published).toMatchObject([
    { ...envelope, ...cause, data: { total: 1 } },
    { ...envelope, ...cause, data: { total: 2 } },
  ]);
  expect(new Set(published.map(({ id }) => id)).size).toBe(2);
  expect(aggregates.states.get('count-1')).toBe(2);
  expect(
    counter()
      .handle(add(2), 99)
      .events.map(({ id }) => id),
  ).toEqual(published.map(({ id }) => id));
});

test('replay of the published events gives the same states, and a finished aggregate is forgotten', () => {
  const original = counter();
  const rebuilt = counter();
  for (const times of [2, 0]) for (const event of original.handle(add(times), 1).events) rebuilt.replay(event);
  expect(rebuilt.states).toEqual(original.states);
  for (const event of original.handle(add(1), 2).events) rebuilt.replay(event);
  expect([original.states.size, rebuilt.states.size]).toEqual([0, 0]);
});

test('react answers its own event with timers and another service’s with commands, never before the event', () => {
  const draft = (dueMs?: number): CommandDraft => ({
    type: 'Add',
    subject: 'count-1',
    data: { times: 1 },
    ...(dueMs === undefined ? {} : { dueMs }),
  });
  const aggregates = counter({ Added: () => [draft(90)], OrderPaid: () => [draft()] });
  const own = aggregates.react(happened('Added'), 60);
  expect(own).toMatchObject({ commands: [], timers: [{ dueMs: 90, draft: { type: 'Add' } }] });
  const [timer] = own.timers;
  if (timer === undefined) throw new Error('there is no timer');
  const fired = aggregates.fire(timer, 95);
  expect(fired).toMatchObject({ command: { id: timer.id, time: 95, causationid: 'Added-1' }, events: [{ time: 95 }] });
  const others = aggregates.react(happened('OrderPaid'), 30);
  expect(others).toMatchObject({ timers: [], commands: [{ type: 'Add', time: 40, causationid: 'OrderPaid-1' }] });
  expect(aggregates.react(happened('ProductRestocked'), 30)).toEqual({ commands: [], timers: [] });
});

test.each([
  ['Added', undefined, 'count-1', 'a timer of the same aggregate'],
  ['Added', 90, 'count-2', 'a timer of the same aggregate'],
  ['OrderPaid', 90, 'count-1', 'a command at once'],
])('react refuses what a restarted replica could not rebuild: %s, due %s, of %s', (type, dueMs, subject, expected) => {
  const draft = { type: 'Add', subject, data: {}, ...(dueMs === undefined ? {} : { dueMs }) };
  const aggregates = counter({ [type]: () => [draft] });
  expect(() => aggregates.react(happened(type), 60)).toThrow(
    `Cannot react to ${type}: counter answers with Add, expected ${expected}`,
  );
});
