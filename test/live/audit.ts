import { isDeepStrictEqual } from 'node:util';
import type { KafkaConnection } from '../../src/messaging/kafka/kafka-connection.ts';
import { openKafkaSource } from '../../src/messaging/kafka/kafka-source.ts';
import type { Message, StoredMessage } from '../../src/messaging/message.ts';
import { messageIds } from '../../src/messaging/message-id.ts';
import { parseMessageLine } from '../../src/messaging/message-line.ts';
import { commandLogTopic, commandTopic, eventTopic } from '../../src/messaging/topics.ts';
import { partitionOf } from '../../src/messaging/virtual-broker.ts';
import { services } from '../../src/services/registry.ts';
import type { Service } from '../../src/services/service.ts';

/** Everything that topics hold, by topic and partition in the order of offsets. */
export async function readRun(connection: KafkaConnection, topicPrefix: string): Promise<readonly StoredMessage[]> {
  const source = openKafkaSource(connection, { topicPrefix });
  const messages: StoredMessage[] = [];
  try {
    const ranges = (await source.partitions()).map(range => ({ ...range, from: range.low, to: range.high }));
    for await (const { topic, partition, lines } of source.read(ranges)) {
      for (const line of new TextDecoder().decode(lines).split('\n')) {
        if (line === '') continue;
        const { offset, message } = parseMessageLine(line, () => topic);
        messages.push({ topic, partition, offset, message });
      }
    }
  } finally {
    await source.close();
  }
  const place = ({ topic, partition }: StoredMessage) => `${topic}/${partition}`;
  return messages.sort((a, b) => (place(a) < place(b) ? -1 : place(a) > place(b) ? 1 : a.offset - b.offset));
}

/** What is wrong with a run, each thing in a line. */
export type Audit = {
  /** Commands never handled, reactions never given, timers never fired, events that a decision should have had. */
  readonly lost: readonly string[];
  /** Events and rows of the command log that are there twice. */
  readonly doubled: readonly string[];
  /** Laws of the shop that do not hold. */
  readonly broken: readonly string[];
  /** Commands that are in an inbox more than once: a crash makes them, and they must be recognised. */
  readonly repeated: number;
};

/**
 * Looks for lost and doubled messages and effects in what a run left on its topics: every command in an inbox is handled once, every
 * reaction was given, every event follows from the state before it, and the laws of the shop hold at the end.
 *
 * @param horizonMs what happened later [virtual ms] may be unfinished
 */
export function audit(
  run: readonly StoredMessage[],
  { seed, horizonMs, partitions }: { readonly seed: number; readonly horizonMs: number; readonly partitions: number },
): Audit {
  const ids = messageIds(seed);
  const lost: string[] = [];
  const doubled: string[] = [];
  const broken: string[] = [];
  const of = (topic: string) => run.filter(stored => stored.topic === topic);
  const log = of(commandLogTopic).map(({ message }) => message);
  const logged = new Map<string, Message>();
  for (const row of log) {
    if (logged.has(row.id)) doubled.push(`log: ${row.type} ${row.id}`);
    logged.set(row.id, row);
  }
  let repeated = 0;
  for (const service of services) {
    const inbox = of(commandTopic(service.name)).map(({ message }) => message);
    const given = new Set(inbox.map(({ id }) => id));
    repeated += inbox.length - given.size;
    for (const { id, type, time } of inbox) {
      if (time < horizonMs && !logged.has(id)) lost.push(`${service.name}: ${type} ${id} was never handled`);
    }
    for (const owner of services) {
      if (owner.name === service.name) continue;
      for (const { message } of of(eventTopic(owner.name))) {
        if (message.time >= horizonMs) continue;
        (service.reactions[message.type]?.(message) ?? []).forEach((draft, ordinal) => {
          if (given.has(ids(message.id, draft.type, ordinal))) return;
          lost.push(`${service.name}: ${draft.type} for ${message.type} ${message.id} was never given`);
        });
      }
    }
    const states = replay(service, of(eventTopic(service.name)), { logged, lost, doubled, broken, partitions });
    if (service.name === 'warehouse') stockLaws(states, horizonMs, { lost, broken });
  }
  moneyLaws(
    run.map(({ message }) => message),
    broken,
  );
  return { lost, doubled, broken, repeated };
}

type Findings = {
  readonly logged: ReadonlyMap<string, Message>;
  readonly lost: string[];
  readonly doubled: string[];
  readonly broken: string[];
  readonly partitions: number;
};

/** Decides every logged command again, in the order of its events, from the state that they left. */
function replay(
  service: Service,
  events: readonly StoredMessage[],
  { logged, lost, doubled, broken, partitions }: Findings,
): ReadonlyMap<string, unknown> {
  const states = new Map<string, unknown>();
  const seen = new Set<string>();
  for (let from = 0; from < events.length; ) {
    const cause = events[from]?.message.causationid ?? '';
    let to = from + 1;
    while (events[to]?.message.causationid === cause && events[to]?.partition === events[from]?.partition) to += 1;
    const group = events.slice(from, to).map(({ message }) => message);
    from = to;
    const subject = group[0]?.subject ?? '';
    if (events[to - 1]?.partition !== partitionOf(subject, partitions))
      broken.push(`${subject} is in a wrong partition`);
    for (const { id, type } of group) {
      if (seen.has(id)) doubled.push(`${service.name}: ${type} ${id}`);
      seen.add(id);
    }
    const command = logged.get(cause);
    if (command === undefined) {
      lost.push(`log: the row of ${cause}, which caused ${group[0]?.type}`);
    } else {
      const decided = service.decide(command, states.get(subject));
      const published = group.map(({ type, data }) => ({ type, data }));
      // Through JSON, as published events went.
      if (!isDeepStrictEqual(JSON.parse(JSON.stringify(decided)), published)) {
        broken.push(`${service.name}: ${command.type} ${cause} does not follow from the state before it`);
      }
    }
    for (const event of group) {
      const state = service.evolve(states.get(subject), event);
      if (state === undefined) states.delete(subject);
      else states.set(subject, state);
    }
  }
  return states;
}

type Stock = {
  readonly onHand: number;
  readonly added: number;
  readonly sold: number;
  readonly reservations: ReadonlyMap<string, { readonly quantity: number; readonly expiresAt: number }>;
};

function stockLaws(
  states: ReadonlyMap<string, unknown>,
  horizonMs: number,
  { lost, broken }: { readonly lost: string[]; readonly broken: string[] },
): void {
  for (const [id, state] of states) {
    const { onHand, added, sold, reservations } = state as Stock;
    let reserved = 0;
    for (const [cart, { quantity, expiresAt }] of reservations) {
      reserved += quantity;
      if (expiresAt < horizonMs) lost.push(`warehouse: the timer of ${id} for ${cart} never fired`);
    }
    if (onHand + reserved + sold !== added || onHand < 0) {
      broken.push(`${id}: ${onHand} on hand + ${reserved} reserved + ${sold} sold, but ${added} added`);
    }
  }
}

function moneyLaws(messages: readonly Message[], broken: string[]): void {
  const paid = new Set<string>();
  const carts = new Set(messages.flatMap(({ type, subject }) => (type === 'CartCreated' ? [subject] : [])));
  for (const { type, subject, data } of messages) {
    if (type === 'PaymentAuthorized') {
      if (paid.has(subject)) broken.push(`${subject} is paid twice`);
      paid.add(subject);
    }
    if (type === 'OrderCreated' && !carts.has(String(data.cartId))) broken.push(`${subject} has no cart`);
  }
}
