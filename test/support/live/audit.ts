import { isDeepStrictEqual } from 'node:util';
import type { KafkaConnection } from '../../../src/broker/kafka/kafka-connection.ts';
import { openKafkaSource } from '../../../src/broker/kafka/reading/kafka-source.ts';
import type { Message, StoredMessage } from '../../../src/broker/message.ts';
import { type MessageIds, messageIds } from '../../../src/broker/message-id.ts';
import { parseMessageLine } from '../../../src/broker/message-line.ts';
import { partitionOf } from '../../../src/broker/partition.ts';
import { commandLogTopic, commandTopic, eventTopic } from '../../../src/broker/topics.ts';
import { services } from '../../../src/shop/services/registry.ts';
import type { Service } from '../../../src/shop/services/service.ts';
import { brokenMoneyLaws, brokenStockLaws } from '../shop-laws.ts';

/** Everything that topics hold, or those that are wanted, by topic and partition in the order of offsets. */
export async function readRun(
  connection: KafkaConnection,
  topicPrefix: string,
  isWanted: (topic: string) => boolean = () => true,
): Promise<readonly StoredMessage[]> {
  const source = openKafkaSource(connection, { topicPrefix });
  const messages: StoredMessage[] = [];
  try {
    const ranges = (await source.partitions())
      .filter(({ topic }) => isWanted(topic))
      .map(range => ({ ...range, from: range.low, to: range.high }));
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
  /** Commands never handled, reactions never given, timers never fired, while what came after them was. */
  readonly lost: readonly string[];
  /** Events and rows of the command log that are there twice. */
  readonly doubled: readonly string[];
  /** Laws of the shop that do not hold, and events that do not follow from the state before them. */
  readonly broken: readonly string[];
  /** Commands that are in an inbox more than once: a crash makes them, and they must be recognised. */
  readonly repeated: number;
  /** When the first thing happened that the end of the run left undone [virtual ms]; Infinity if nothing was. */
  readonly undoneMs: number;
};

type Findings = { readonly lost: string[]; readonly doubled: string[]; readonly broken: string[]; undoneMs: number };

/**
 * Looks for lost and doubled messages and effects in what a run left on its topics: every command in an inbox is handled once, every
 * reaction was given, every event follows from the state before it, and the laws of the shop hold at the end.
 *
 * A partition is handled in its order. So an undone message is lost if a later one of its partition was done, however busy the machine was.
 * If no later one was done, it counts as undone; `undoneMs` is the time of the first such message.
 */
export function audit(
  run: readonly StoredMessage[],
  { seed, partitions }: { readonly seed: number; readonly partitions: number },
): Audit {
  const ids = messageIds(seed);
  const findings: Findings = { lost: [], doubled: [], broken: [], undoneMs: Number.POSITIVE_INFINITY };
  const of = (topic: string) => run.filter(stored => stored.topic === topic);
  const logged = new Map<string, Message>();
  for (const { message } of of(commandLogTopic)) {
    if (logged.has(message.id)) findings.doubled.push(`log: ${message.type} ${message.id}`);
    logged.set(message.id, message);
  }
  let repeated = 0;
  for (const service of services) {
    const inbox = of(commandTopic(service.name));
    const given = new Set(inbox.map(({ message }) => message.id));
    repeated += inbox.length - given.size;
    noteGaps(
      inbox.map(({ partition, message }) => ({
        partition,
        timeMs: message.time,
        isDone: logged.has(message.id),
        what: `${service.name}: ${message.type} ${message.id} was never handled`,
      })),
      findings,
    );
    for (const owner of services) {
      if (owner.name === service.name) continue;
      const calls = of(eventTopic(owner.name)).flatMap(({ partition, message }) =>
        (service.reactions[message.type]?.(message) ?? []).map(({ type }, ordinal) => ({
          partition,
          timeMs: message.time,
          isDone: given.has(ids(message.id, type, ordinal)),
          what: `${service.name}: ${type} for ${message.type} ${message.id} was never given`,
        })),
      );
      noteGaps(calls, findings);
    }
    const events = of(eventTopic(service.name));
    const states = replay(service, events, { logged, given, findings, partitions });
    noteTimers(service, events, { states, ids, logged, findings });
    if (service.name === 'warehouse') findings.broken.push(...brokenStockLaws(states));
  }
  // Money that is not given back would be a command not given or not handled.
  const messages = run.map(({ message }) => message);
  findings.broken.push(...brokenMoneyLaws(messages, Number.NEGATIVE_INFINITY));
  return { ...findings, repeated };
}

type Duty = {
  readonly partition: number;
  readonly timeMs: number;
  readonly isDone: boolean;
  readonly what: string;
};

/** @param duties in the order of their partitions */
function noteGaps(duties: readonly Duty[], findings: Findings): void {
  const done = new Set<number>();
  for (const { partition, timeMs, isDone, what } of duties.toReversed()) {
    if (isDone) done.add(partition);
    else if (done.has(partition)) findings.lost.push(what);
    else findings.undoneMs = Math.min(findings.undoneMs, timeMs);
  }
}

/** A step fires due timers before it publishes anything: so an event after a timer's moment shows that the timer was fired, or need not be. */
function noteTimers(
  service: Service,
  events: readonly StoredMessage[],
  {
    states,
    ids,
    logged,
    findings,
  }: {
    readonly states: ReadonlyMap<string, unknown>;
    readonly ids: MessageIds;
    readonly logged: ReadonlyMap<string, Message>;
    readonly findings: Findings;
  },
): void {
  const lastMs = new Map(events.map(({ partition, message }) => [partition, message.time]));
  for (const { partition, message } of events) {
    const timers = service.reactions[message.type]?.(message) ?? [];
    timers.forEach(({ type, subject, data, dueMs = message.time }, ordinal) => {
      if (logged.has(ids(message.id, type, ordinal))) return;
      if (service.decide({ type, subject, data, time: dueMs }, states.get(subject)).length === 0) return;
      if (dueMs < (lastMs.get(partition) ?? 0)) {
        findings.lost.push(`${service.name}: the timer ${type} of ${subject}, due ${dueMs}, never fired`);
      } else findings.undoneMs = Math.min(findings.undoneMs, dueMs);
    });
  }
}

/**
 * Decides every logged command again, in the order of its events, from the state that they left; one without events must have had
 * nothing to decide in a state that its aggregate had at its time.
 */
function replay(
  service: Service,
  events: readonly StoredMessage[],
  {
    logged,
    given,
    findings,
    partitions,
  }: {
    readonly logged: ReadonlyMap<string, Message>;
    /** Commands of the inbox by id. */
    readonly given: ReadonlySet<string>;
    readonly findings: Findings;
    readonly partitions: number;
  },
): ReadonlyMap<string, unknown> {
  const { lost, doubled, broken } = findings;
  const rows: Duty[] = [];
  const states = new Map<string, unknown>();
  const pasts = new Map<string, { readonly timeMs: number; readonly state: unknown }[]>();
  const seen = new Set<string>();
  const answered = new Set<string>();
  for (let from = 0; from < events.length; ) {
    const cause = events[from]?.message.causationid ?? '';
    let to = from + 1;
    while (events[to]?.message.causationid === cause && events[to]?.partition === events[from]?.partition) to += 1;
    const group = events.slice(from, to).map(({ message }) => message);
    from = to;
    answered.add(cause);
    const { subject = '', time: timeMs = 0 } = group[0] ?? {};
    if (events[to - 1]?.partition !== partitionOf(subject, partitions))
      broken.push(`${subject} is in a wrong partition`);
    for (const { id, type } of group) {
      if (seen.has(id)) doubled.push(`${service.name}: ${type} ${id}`);
      seen.add(id);
    }
    const command = logged.get(cause);
    // Of what came by the inbox the row is missed there; of a timer it is written before anything new is done.
    if (command !== undefined || !given.has(cause)) {
      const what = `log: the row of ${cause}, which caused ${group[0]?.type}`;
      rows.push({ partition: events[to - 1]?.partition ?? 0, timeMs, isDone: command !== undefined, what });
    }
    if (command !== undefined) {
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
    // A copy, since `evolve` may change the state that it is given.
    pasts.set(subject, [...(pasts.get(subject) ?? []), { timeMs, state: structuredClone(states.get(subject)) }]);
  }
  noteGaps(rows, findings);
  for (const [id, command] of logged) {
    if (answered.has(id) || service.commands[command.type] === undefined) continue;
    const past = pasts.get(command.subject) ?? [];
    const before = past.findLast(({ timeMs }) => timeMs < command.time)?.state;
    const meanwhile = past.filter(({ timeMs }) => timeMs === command.time).map(({ state }) => state);
    if ([before, ...meanwhile].some(state => service.decide(command, state).length === 0)) continue;
    lost.push(`${service.name}: the events of ${command.type} ${id}`);
  }
  return states;
}
