import TinyQueue from 'tinyqueue';
import type { KafkaClient } from '../../broker/kafka/connect-kafka.ts';
import { messageOfRecord } from '../../broker/kafka/kafka-records.ts';
import { PartitionReader } from '../../broker/kafka/partition-reader.ts';
import type { Outgoing } from '../../broker/kafka/producer.ts';
import type { Message } from '../../broker/message.ts';
import type { MessageIds } from '../../broker/message-id.ts';
import { partitionOf } from '../../broker/partition.ts';
import { commandLogTopic, commandTopic, eventTopic } from '../../broker/topics.ts';
import { commandMessage, eventMessage } from '../services/envelopes.ts';
import type { CommandDraft, EventDraft, Service } from '../services/service.ts';
import { RecentIds } from './recent-ids.ts';

/** Commands of a partition that are recognised when they come again: far more than are handled between two commits of offsets. */
const rememberedCommands = 20_000;

/** A timer of an aggregate: a command that is due. */
type Timer = {
  readonly dueMs: number;
  readonly id: string;
  readonly cause: Pick<Message, 'id' | 'correlationid'>;
  readonly draft: CommandDraft;
};

/** What a task is responsible for. */
export type Share = {
  readonly service: Service;
  readonly partition: number;
  readonly ids: MessageIds;
  /** How many commands it recognises when they come again. */
  readonly remembered?: number;
};

/** What handling a message publishes: first what others wait for, then the rows of the command log. */
export type Publications = { readonly messages: Outgoing[]; readonly log: Outgoing[] };

/**
 * One partition's share of a service: the state of its aggregates, their timers and the commands already handled, all of which follow
 * from the service's own events and the command log.
 */
export class PartitionProcessor {
  readonly partition: number;
  readonly #service: Service;
  readonly #ids: MessageIds;
  readonly #states = new Map<string, unknown>();
  readonly #timers = new TinyQueue<Timer>([], (a, b) => a.dueMs - b.dueMs);
  readonly #handled: RecentIds;
  /** Commands whose events are published but not their row of the log: the time of their events, by id. */
  readonly #unlogged = new Map<string, number>();
  #lastMs = 0;
  #repeated = 0;

  private constructor({ service, partition, ids, remembered = rememberedCommands }: Share) {
    this.#service = service;
    this.partition = partition;
    this.#ids = ids;
    this.#handled = new RecentIds(remembered);
  }

  /**
   * Builds a partition's share from what was published.
   *
   * @param publish takes rows of the log that a crash had kept back
   * @throws the signal's reason
   */
  static async rebuild(
    source: {
      readonly client: KafkaClient;
      readonly partitions: number;
      readonly signal?: AbortSignal;
    },
    share: Share,
    publish: Publications,
  ): Promise<PartitionProcessor> {
    const { service, partition } = share;
    const task = new PartitionProcessor(share);
    const { client, signal } = source;
    const reader = new PartitionReader(client);
    try {
      const logged = new Set<string>();
      for await (const message of everyMessage(reader, client.topics.full(commandLogTopic), { partition, signal })) {
        if (service.commands[message.type] === undefined) continue;
        logged.add(message.id);
        task.#handled.add(message.id);
      }
      const fired = new Set<string>();
      const timers: Timer[] = [];
      for await (const event of everyMessage(reader, client.topics.full(eventTopic(service.name)), {
        partition,
        signal,
      })) {
        task.#evolve(event);
        fired.add(event.causationid);
        if (!logged.has(event.causationid)) {
          task.#handled.add(event.causationid);
          task.#unlogged.set(event.causationid, event.time);
        }
        timers.push(...task.#timersOf(event));
      }
      for (const timer of timers) {
        if (!fired.has(timer.id)) task.#timers.push(timer);
        // Nobody will send a timer again, so its row is published now; other commands come again from the inbox.
        else if (!logged.has(timer.id)) task.#logLate(task.#commandOf(timer, 0), publish, source.partitions);
      }
    } finally {
      await reader.close();
    }
    return task;
  }

  /** Commands that came again and were recognised. */
  get repeated(): number {
    return this.#repeated;
  }

  /** The aggregates in memory. */
  get states(): ReadonlyMap<string, unknown> {
    return this.#states;
  }

  /** Of the next timer, or Infinity. */
  get nextDueMs(): number {
    return this.#timers.peek()?.dueMs ?? Number.POSITIVE_INFINITY;
  }

  /** Takes a command from the inbox. */
  take(command: Message, nowMs: number, publish: Publications, partitions: number): void {
    if (this.#handled.has(command.id)) {
      this.#repeated += 1;
      this.#logLate(command, publish, partitions);
      return;
    }
    this.#handled.add(command.id);
    const taken = { ...command, time: this.#timeAt(nowMs) };
    const events = this.#service.decide(taken, this.#states.get(command.subject));
    this.#publish(taken, events, publish, partitions);
  }

  /** Takes the timers that are due. A timer whose moment has passed leaves no trace. */
  fire(nowMs: number, publish: Publications, partitions: number): void {
    while (this.nextDueMs <= nowMs) {
      const timer = this.#timers.pop();
      if (timer === undefined) return;
      const command = this.#commandOf(timer, this.#timeAt(nowMs));
      const events = this.#service.decide(command, this.#states.get(command.subject));
      if (events.length > 0) this.#publish(command, events, publish, partitions);
    }
  }

  #publish(command: Message, events: readonly EventDraft[], publish: Publications, partitions: number): void {
    publish.log.push(outgoing(commandLogTopic, command, partitions));
    events.forEach((draft, ordinal) => {
      const event = eventMessage(draft, { service: this.#service, ids: this.#ids, command, ordinal });
      this.#evolve(event);
      for (const timer of this.#timersOf(event)) this.#timers.push(timer);
      publish.messages.push(outgoing(eventTopic(this.#service.name), event, partitions));
    });
  }

  #evolve(event: Message): void {
    const state = this.#service.evolve(this.#states.get(event.subject), event);
    if (state === undefined) this.#states.delete(event.subject);
    else this.#states.set(event.subject, state);
    this.#lastMs = Math.max(this.#lastMs, event.time);
  }

  #timersOf(event: Message): readonly Timer[] {
    const drafts = this.#service.reactions[event.type]?.(event) ?? [];
    return drafts.map((draft, ordinal) => {
      if (draft.dueMs === undefined || draft.subject !== event.subject) {
        throw new TypeError(
          `${this.#service.name} reacts to its own ${event.type} with a command that is no timer of it`,
        );
      }
      return { dueMs: draft.dueMs, id: this.#ids(event.id, draft.type, ordinal), cause: event, draft };
    });
  }

  #commandOf({ id, cause, draft }: Timer, timeMs: number): Message {
    return commandMessage(draft, { service: this.#service, id, cause, timeMs });
  }

  #logLate(command: Message, publish: Publications, partitions: number): void {
    const time = this.#unlogged.get(command.id);
    if (time === undefined) return;
    this.#unlogged.delete(command.id);
    publish.log.push(outgoing(commandLogTopic, { ...command, time }, partitions));
  }

  /** Never before an event of the partition: another process's clock may be a little behind. */
  #timeAt(nowMs: number): number {
    this.#lastMs = Math.max(this.#lastMs, nowMs);
    return this.#lastMs;
  }
}

/** What a service commands itself when it reads another service's event; the ids are the same whenever that is. */
export function reactTo(
  event: Message,
  { service, ids, nowMs, partitions }: ReactionContext,
  publish: Publications,
): void {
  const drafts = service.reactions[event.type]?.(event) ?? [];
  drafts.forEach((draft, ordinal) => {
    if (draft.dueMs !== undefined) {
      throw new TypeError(
        `${service.name} starts a timer by another service's ${event.type}, which nobody could rebuild`,
      );
    }
    const id = ids(event.id, draft.type, ordinal);
    const command = commandMessage(draft, { service, id, cause: event, timeMs: Math.max(nowMs, event.time) });
    publish.messages.push(outgoing(commandTopic(service.name), command, partitions));
  });
}

type ReactionContext = {
  readonly service: Service;
  readonly ids: MessageIds;
  readonly nowMs: number;
  readonly partitions: number;
};

function outgoing(topic: string, message: Message, partitions: number): Outgoing {
  return { topic, partition: partitionOf(message.subject, partitions), message };
}

async function* everyMessage(
  reader: PartitionReader,
  topic: string,
  { partition, signal }: { readonly partition: number; readonly signal: AbortSignal | undefined },
): AsyncGenerator<Message> {
  const range = (await reader.offsets(name => name === topic)).find(found => found.partition === partition);
  if (range === undefined) throw new TypeError(`no partition ${partition} of ${topic}`);
  const whole = { topic, partition, from: range.low, to: range.high };
  for await (const { records } of reader.read([whole], { signal })) {
    for (const record of records) yield messageOfRecord(record, () => `${topic}/${partition}`);
  }
  signal?.throwIfAborted();
}
