import { hash32 } from '../../src/base/hash.ts';
import type { Message, StoredMessage } from '../../src/broker/message.ts';
import type { MessageIds } from '../../src/broker/message-id.ts';
import { commandLogTopic, commandTopic, eventTopic } from '../../src/broker/topics.ts';
import { EventQueue } from '../../src/shop/engine/event-queue.ts';
import { priorities } from '../../src/shop/engine/virtual-time.ts';
import { serviceNamed, services } from '../../src/shop/services/registry.ts';
import type { CommandDraft } from '../../src/shop/services/service.ts';
import { serviceMs } from '../../src/shop/simulation/service-time.ts';
import { deliveryDelayMs } from '../../src/shop/simulation/virtual-broker.ts';

/** Messages by `placeOf`. */
export type Places = ReadonlyMap<string, Message>;

/** A service whose replicas all stopped for a while, in the order of time. */
export type Restart = {
  readonly service: string;
  readonly startMs: number;
  readonly endMs: number;
  /** How many times as fast as it grew the backlog about an aggregate is read. */
  readonly speedFor: (aggregate: string) => number;
};

/** Where a message is found in any world: a command is in an inbox and in the log under one id. */
export function placeOf(topic: string, id: string): string {
  return `${topic} ${id}`;
}

/** The service that takes a command. */
export const takerOf: ReadonlyMap<string, string> = new Map(
  services.flatMap(({ name, commands }) => Object.keys(commands).map((type): [string, string] => [type, name])),
);

/**
 * What the services of a world ought to have published, one step from each message that is there: a command in an inbox is logged, what is
 * logged is decided from its own aggregate alone, an event is reacted to, and every delay follows from the id of what is delivered.
 * Written apart from the simulation's host and broker, so that what they might couple by mistake is not coupled here.
 *
 * @param published in the order of publication
 * @param restarts of services, which delay what comes meanwhile
 */
export function predictMessages(
  published: readonly StoredMessage[],
  ids: MessageIds,
  restarts: readonly Restart[],
): Places {
  const predicted = new Map<string, Message>();
  const states = new Map<string, unknown>();
  const timers = new Map<string, Message>();
  const agenda = new EventQueue();

  const queues = new Map<string, number>();
  const lateUntil = new Map<string, number>();

  /** When a service does what it would do at a moment about an aggregate, if it has not just restarted. */
  const doneMs = (service: string, aggregate: string, id: string, timeMs: number) => {
    const key = `${service}/${aggregate}`;
    const last = restarts.findLast(restart => restart.service === service && restart.startMs < timeMs);
    const busyMs = lateUntil.get(key) ?? 0;
    if (last === undefined) return timeMs;
    const readMs = last.endMs + Math.ceil((timeMs - last.startMs) / last.speedFor(aggregate));
    if (timeMs > last.endMs && timeMs >= readMs && timeMs >= busyMs) return timeMs;
    const lateMs = Math.max(readMs, busyMs) + serviceMs(id);
    lateUntil.set(key, lateMs);
    return lateMs;
  };

  /**
   * Handles a message in a service's turn: what it reads of a topic about one aggregate, it handles in the order of publication, and what it
   * reads of several topics in the order of arrival.
   */
  const handle = ({ id, subject, time }: Message, topic: string, service: string, then: (doneMs: number) => void) => {
    const queue = `${service} ${topic} ${subject}`;
    const timeMs = Math.max(time + delayMs(id, service), queues.get(queue) ?? 0) + serviceMs(id, hash32(service));
    queues.set(queue, timeMs);
    agenda.push(timeMs, priorities.delivery, () => then(doneMs(service, subject, id, timeMs)));
  };

  const expect = (topic: string, message: Message) => predicted.set(placeOf(topic, message.id), message);

  /** The events of a logged command. A timer is logged when it is due, if it yields any. */
  const decide = (command: Message) => {
    const service = takerOf.get(command.type) ?? '';
    const events = serviceNamed(service).decide(command, states.get(`${service}/${command.subject}`));
    const timer = timers.get(command.id);
    if (timer !== undefined && events.length > 0) expect(commandLogTopic, timer);
    events.forEach(({ type, data }, ordinal) => {
      const { subject, time, correlationid } = command;
      const id = ids(command.id, type, ordinal);
      const source = `/services/${service}`;
      const causationid = command.id;
      expect(eventTopic(service), { kind: 'event', type, id, source, subject, time, correlationid, causationid, data });
    });
  };

  const react = (event: Message, service: string, draft: CommandDraft, ordinal: number, reactedMs: number) => {
    const id = ids(event.id, draft.type, ordinal);
    const command: Message = {
      kind: 'command',
      type: draft.type,
      id,
      source: `/services/${service}`,
      subject: draft.subject,
      time: draft.dueMs === undefined ? reactedMs : Math.max(draft.dueMs + serviceMs(id), reactedMs),
      correlationid: event.correlationid,
      causationid: event.id,
      data: draft.data,
    };
    if (draft.dueMs === undefined) expect(commandTopic(service), command);
    else {
      timers.set(command.id, command);
      agenda.push(command.time, priorities.timer, () => {
        const late = { ...command, time: doneMs(service, draft.subject, id, command.time) };
        timers.set(id, late);
        if (late.time === command.time) decide(command);
        else agenda.push(late.time, priorities.delivery, () => decide(late));
      });
    }
  };

  for (const { topic, message } of published) {
    // At one millisecond deliveries come before timers, and what a timer leads to after it, whether the timer itself was logged or not.
    const isOfTimer = timers.has(message.id) || timers.has(message.causationid);
    while (isOfTimer ? agenda.nextMs <= message.time : agenda.nextMs < message.time) agenda.pop()?.();
    if (topic === commandLogTopic) decide(message);
    else if (message.kind === 'command') {
      const taker = takerOf.get(message.type) ?? '';
      handle(message, topic, taker, time => expect(commandLogTopic, { ...message, time }));
    } else {
      const owner = topic.replace(/-events$/, '');
      const key = `${owner}/${message.subject}`;
      states.set(key, serviceNamed(owner).evolve(states.get(key), message));
      for (const { name, reactions } of services) {
        if (reactions[message.type] === undefined) continue;
        const drafts = reactions[message.type]?.(message) ?? [];
        handle(message, topic, name, reactedMs => {
          for (const [ordinal, draft] of drafts.entries()) react(message, name, draft, ordinal, reactedMs);
        });
      }
    }
  }
  const endMs = published.at(-1)?.message.time ?? 0;
  while (agenda.nextMs <= endMs) agenda.pop()?.();
  return predicted;
}

/** From publication to delivery: drawn from the message's own id and the subscriber's name. */
function delayMs(id: string, subscriber: string): number {
  const { min, max } = deliveryDelayMs;
  return min + (((Number.parseInt(id.slice(8), 16) ^ hash32(subscriber)) >>> 0) % (max - min + 1));
}
