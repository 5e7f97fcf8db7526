import TinyQueue from 'tinyqueue';
import { cannot } from '../../base/errors.ts';
import type { KafkaClient } from '../../broker/kafka/connect-kafka.ts';
import type { Outgoing } from '../../broker/kafka/producer.ts';
import type { Message } from '../../broker/message.ts';
import type { MessageIds } from '../../broker/message-id.ts';
import { partitionOf } from '../../broker/partition.ts';
import { commandLogTopic, commandTopic, eventTopic } from '../../broker/topics.ts';
import { Aggregates, type Handled, type Timer } from '../services/aggregates.ts';
import type { Service } from '../services/service.ts';
import { RecentIds } from './recent-ids.ts';
import { RunReader } from './run-reader.ts';
import type { StrayRecords } from './stray-records.ts';

/** Number of commands that a partition recognises when they come again: far more than it handles between two commits of offsets. */
const rememberedCommands = 20_000;

/** What one `PartitionProcessor` works for. */
export type Share = {
  readonly service: Service;
  readonly partition: number;
  /** Of each topic. */
  readonly partitions: number;
  readonly ids: MessageIds;
  /** Number of commands that it recognises when they come again. */
  readonly remembered?: number;
};

type RebuildOptions = {
  readonly client: KafkaClient;
  readonly strays: StrayRecords;
  readonly signal?: AbortSignal | undefined;
};

/** What a step publishes: first the messages that others wait for, then the rows of the command log. */
export type Publications = { readonly messages: Outgoing[]; readonly log: Outgoing[] };

/**
 * The work of one service for one partition: the aggregates, their timers, and the ids of the commands that it has handled. All of it follows
 * from the service's own events and the command log, so another process can rebuild it.
 */
export class PartitionProcessor {
  readonly partition: number;
  readonly #service: Service;
  readonly #partitions: number;
  readonly #aggregates: Aggregates;
  readonly #timers = new TinyQueue<Timer>([], (a, b) => a.dueMs - b.dueMs);
  readonly #handled: RecentIds;
  /** Commands whose events are published, but not their row of the log. By id: the time of the events. */
  readonly #unlogged = new Map<string, number>();
  #lastMs = 0;
  #repeated = 0;

  private constructor({ service, partition, partitions, ids, remembered = rememberedCommands }: Share) {
    this.#service = service;
    this.partition = partition;
    this.#partitions = partitions;
    this.#aggregates = new Aggregates(service, ids);
    this.#handled = new RecentIds(remembered);
  }

  /**
   * Rebuilds the state of a partition from what was published.
   *
   * @param publish receives the rows of the log that are missing because a replica crashed
   * @throws the signal's reason
   */
  static async rebuild(
    { client, strays, signal }: RebuildOptions,
    share: Share,
    publish: Publications,
  ): Promise<PartitionProcessor> {
    const { service, partition, partitions } = share;
    const processor = new PartitionProcessor(share);
    const reader = new RunReader(client, { strays, partitions });
    try {
      const logged = new Set<string>();
      const options = { client, partition, signal };
      for await (const message of everyMessage(reader, client.topics.full(commandLogTopic), options)) {
        if (service.commands[message.type] === undefined) continue;
        logged.add(message.id);
        processor.#handled.add(message.id);
      }
      const fired = new Set<string>();
      const timers: Timer[] = [];
      const own = client.topics.full(eventTopic(service.name));
      for await (const event of everyMessage(reader, own, options)) {
        processor.#aggregates.replay(event);
        processor.#lastMs = Math.max(processor.#lastMs, event.time);
        fired.add(event.causationid);
        if (!logged.has(event.causationid)) {
          processor.#handled.add(event.causationid);
          processor.#unlogged.set(event.causationid, event.time);
        }
        timers.push(...processor.#aggregates.react(event, event.time).timers);
      }
      for (const timer of timers) {
        if (!fired.has(timer.id)) processor.#timers.push(timer);
        // No replica sends a timer's command again, so its row is published now. Other commands come again from the inbox.
        else if (!logged.has(timer.id)) processor.#logLate(processor.#aggregates.commandOf(timer, 0), publish);
      }
    } finally {
      await reader.close();
    }
    return processor;
  }

  /** Number of commands that came again and were recognised. */
  get repeated(): number {
    return this.#repeated;
  }

  /** When the next timer is due [virtual ms]; Infinity without timers. */
  get nextDueMs(): number {
    return this.#timers.peek()?.dueMs ?? Number.POSITIVE_INFINITY;
  }

  /** Handles a command from the inbox. */
  take(command: Message, nowMs: number, publish: Publications): void {
    if (this.#handled.has(command.id)) {
      this.#repeated += 1;
      this.#logLate(command, publish);
      return;
    }
    this.#handled.add(command.id);
    this.#publish(this.#aggregates.handle(command, this.#timeAt(nowMs)), publish);
  }

  /** Handles an event of another service. */
  react(event: Message, nowMs: number, publish: Publications): void {
    for (const command of this.#aggregates.react(event, nowMs).commands) {
      publish.messages.push(outgoing(commandTopic(this.#service.name), command, this.#partitions));
    }
  }

  /** Handles the timers that are due. A stale timer leaves no trace. */
  fire(nowMs: number, publish: Publications): void {
    while (this.nextDueMs <= nowMs) {
      const timer = this.#timers.pop();
      if (timer === undefined) return;
      const fired = this.#aggregates.fire(timer, this.#timeAt(nowMs));
      if (fired.events.length > 0) this.#publish(fired, publish);
    }
  }

  #publish({ command, events }: Handled, publish: Publications): void {
    publish.log.push(outgoing(commandLogTopic, command, this.#partitions));
    for (const event of events) {
      for (const timer of this.#aggregates.react(event, event.time).timers) this.#timers.push(timer);
      publish.messages.push(outgoing(eventTopic(this.#service.name), event, this.#partitions));
    }
  }

  #logLate(command: Message, publish: Publications): void {
    const time = this.#unlogged.get(command.id);
    if (time === undefined) return;
    this.#unlogged.delete(command.id);
    publish.log.push(outgoing(commandLogTopic, { ...command, time }, this.#partitions));
  }

  /** Never before an event of the partition: the clock of another process may be a little ahead. */
  #timeAt(nowMs: number): number {
    this.#lastMs = Math.max(this.#lastMs, nowMs);
    return this.#lastMs;
  }
}

/** A message on its way to the partition of its aggregate. */
export function outgoing(topic: string, message: Message, partitions: number): Outgoing {
  return { topic, partition: partitionOf(message.subject, partitions), message };
}

async function* everyMessage(
  reader: RunReader,
  topic: string,
  { client, partition, signal }: Pick<RebuildOptions, 'client' | 'signal'> & { readonly partition: number },
): AsyncGenerator<Message> {
  const range = (await reader.offsets(name => name === topic)).find(found => found.partition === partition);
  if (range === undefined) {
    throw cannot('BROKER_REFUSED', `read ${topic}/${partition} of ${client.url}`)(
      'this user sees no such partition',
      'the topics of the run, and the rights on them that cqshop acls gives',
    );
  }
  const whole = { topic, partition, from: range.low, to: range.high };
  for await (const { messages } of reader.read([whole], { signal })) for (const { message } of messages) yield message;
  signal?.throwIfAborted();
}
