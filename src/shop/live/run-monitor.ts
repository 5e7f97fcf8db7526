import { setTimeout } from 'node:timers/promises';
import TinyQueue from 'tinyqueue';
import { sum } from '../../base/sum.ts';
import type { KafkaClient } from '../../broker/kafka/connect-kafka.ts';
import { wallMs } from '../../broker/kafka/wall-clock.ts';
import type { Message, PartitionPlace } from '../../broker/message.ts';
import { commandLogTopic, isCollectedByDefault, partitionName, type Topics, truthTopic } from '../../broker/topics.ts';
import { runTopics } from '../simulation/virtual-shop.ts';
import { RecentIds } from './recent-ids.ts';
import { RunReader, type RunReaderOptions } from './run-reader.ts';

type Observers = {
  /** Called at once, in the order of reading. */
  readonly onMessage: (topic: string, partition: number, message: Message) => void;
  /** Called a moment later, in the order of time: a cause comes before its effect. */
  readonly onSettled: (message: Message) => void;
  readonly onFailure: (error: unknown) => void;
};

const settleMs = 500;
const idsKept = 200_000;
const answersKept = 20_000;

/** Reads every topic of a live run except truth and control, as it grows. */
export class RunMonitor {
  readonly #reader: RunReader;
  readonly #partitions: number;
  readonly #names: Topics;
  readonly #observers: Observers;
  readonly #closing = new AbortController();
  readonly #positions = new Map<string, number>();
  /** Messages by topic, without strays. */
  readonly #counts = new Map<string, number>();
  readonly #unsettled = new TinyQueue<{ readonly message: Message; readonly readMs: number }>(
    [],
    (a, b) => a.message.time - b.message.time || (a.message.kind === 'command' ? -1 : 1),
  );
  readonly #seen = new RecentIds(idsKept);
  /** When commands from outside were published, by id. */
  readonly #sent = new Map<string, number>();
  readonly #answers: number[] = [];
  #reading: Promise<void> = Promise.resolve();
  #doubled = 0;
  #hasFailed = false;

  constructor(client: KafkaClient, options: RunReaderOptions, observers: Observers) {
    this.#partitions = options.partitions;
    this.#reader = new RunReader(client, options);
    this.#names = client.topics;
    this.#observers = observers;
  }

  /** Number of events and rows of the command log that came a second time. */
  get doubled(): number {
    return this.#doubled;
  }

  /** Time from a command's publication to its handling: median and 95 % point of the latest [virtual ms]. */
  get answer(): { readonly medianMs: number; readonly highMs: number } {
    const sorted = [...this.#answers].sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
    return { medianMs: at(0.5), highMs: at(0.95) };
  }

  start(): void {
    this.#reading = this.#read().catch(error => {
      this.#hasFailed = true;
      this.#observers.onFailure(error);
    });
  }

  /**
   * Reads up to the present end of all topics, unless reading has failed.
   *
   * @returns the number of messages, of those in topics that a dataset holds, and by topic; of an inbox, which is compared by its offsets, with
   * strays, so that they hide none that are missing
   */
  async finish(): Promise<{
    readonly messages: number;
    readonly datasetMessages: number;
    readonly byTopic: Readonly<Record<string, number>>;
  }> {
    const names = this.#topics();
    const ends = await this.#reader.offsets(topic => names.has(topic));
    const positionOf = (place: PartitionPlace) => this.#positions.get(partitionName(place)) ?? 0;
    while (ends.some(end => positionOf(end) < end.high) && !this.#hasFailed) await setTimeout(20);
    this.#settle(Number.POSITIVE_INFINITY);
    const counts = [...this.#counts];
    const held = counts.filter(([topic]) => isCollectedByDefault(topic));
    const partitionsOf = (name: string) => ends.filter(({ topic }) => topic === this.#names.full(name));
    const records = counts.map(([topic, count]) => [
      topic,
      isCollectedByDefault(topic) ? count : sum(partitionsOf(topic), positionOf),
    ]);
    return {
      messages: sum(counts, ([, count]) => count),
      datasetMessages: sum(held, ([, count]) => count),
      byTopic: Object.fromEntries(records),
    };
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#reading;
    await this.#reader.close();
  }

  #topics(): ReadonlyMap<string, number> {
    const wanted = [...runTopics({ partitions: this.#partitions })].filter(([topic]) => topic !== truthTopic);
    return new Map(wanted.map(([topic, partitions]) => [this.#names.full(topic), partitions]));
  }

  async #read(): Promise<void> {
    const ranges = [...this.#topics()].flatMap(([topic, partitions]) =>
      Array.from({ length: partitions }, (_, partition) => ({
        topic,
        partition,
        from: 0,
        to: Number.POSITIVE_INFINITY,
      })),
    );
    for await (const batch of this.#reader.read(ranges, { signal: this.#closing.signal, maxWaitMs: 200 })) {
      const { topic, partition, messages, nextOffset } = batch;
      const name = this.#names.short(topic);
      for (const { message } of messages) {
        this.#note(name, message);
        this.#observers.onMessage(name, partition, message);
        this.#unsettled.push({ message, readMs: wallMs() });
      }
      this.#counts.set(name, (this.#counts.get(name) ?? 0) + messages.length);
      this.#positions.set(partitionName(batch), nextOffset);
      this.#settle(wallMs() - settleMs);
    }
  }

  #settle(untilReadMs: number): void {
    for (let next = this.#unsettled.peek(); next !== undefined && next.readMs <= untilReadMs; ) {
      this.#unsettled.pop();
      this.#observers.onSettled(next.message);
      next = this.#unsettled.peek();
    }
  }

  #note(topic: string, { id, kind, source, time }: Message): void {
    if (kind === 'command' && topic !== commandLogTopic) {
      if (!source.startsWith('/services/')) this.#sent.set(id, time);
      return;
    }
    const key = `${kind}/${id}`;
    if (this.#seen.has(key)) this.#doubled += 1;
    this.#seen.add(key);
    const sentMs = kind === 'command' ? this.#sent.get(id) : undefined;
    if (sentMs === undefined) return;
    this.#sent.delete(id);
    this.#answers.push(time - sentMs);
    if (this.#answers.length > 2 * answersKept) this.#answers.splice(0, answersKept);
  }
}
