import type { KafkaClient } from '../../broker/kafka/connect-kafka.ts';
import { messageOfRecord } from '../../broker/kafka/kafka-records.ts';
import { PartitionReader } from '../../broker/kafka/partition-reader.ts';
import type { Message } from '../../broker/message.ts';

/** A message that was read and not yet handled. */
export type Arrival = {
  /** With prefix. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly message: Message;
};

type Listeners = {
  readonly isWanted: (topic: string, message: Message) => boolean;
  readonly onArrival: () => void;
  readonly onFailure: (error: unknown) => void;
};

/** Reading pauses while this number of messages waits. */
const arrivalsAtMost = 4000;

/** Reads partitions as they grow, and keeps the messages until they are taken. */
export class PartitionBuffer {
  readonly #client: KafkaClient;
  readonly #listeners: Listeners;
  #arrivals: Arrival[] = [];
  #reading: { readonly stop: AbortController; readonly ended: Promise<void> } | undefined;
  #makeRoom: () => void = () => undefined;

  constructor(client: KafkaClient, listeners: Listeners) {
    this.#client = client;
    this.#listeners = listeners;
  }

  get isEmpty(): boolean {
    return this.#arrivals.length === 0;
  }

  /** Takes the oldest messages, at most this number. Those of one partition are in order. */
  take(atMost: number): readonly Arrival[] {
    const taken = this.#arrivals.splice(0, atMost);
    this.#makeRoom();
    return taken;
  }

  /** Begins to read; after `stop` only. @param ranges with the offsets to begin at */
  start(ranges: readonly { readonly topic: string; readonly partition: number; readonly from: number }[]): void {
    if (ranges.length === 0) return;
    const stop = new AbortController();
    const reader = new PartitionReader(this.#client);
    const endless = ranges.map(range => ({ ...range, to: Number.POSITIVE_INFINITY }));
    const ended = this.#receive(reader, endless, stop.signal)
      .finally(() => reader.close())
      .catch(this.#listeners.onFailure);
    this.#reading = { stop, ended };
  }

  /** Stops reading, and drops the messages that were not taken. The next `start` reads them again. */
  async stop(): Promise<void> {
    const reading = this.#reading;
    this.#reading = undefined;
    reading?.stop.abort();
    this.#arrivals = [];
    await reading?.ended;
    this.#arrivals = [];
  }

  async #receive(
    reader: PartitionReader,
    ranges: Parameters<PartitionReader['read']>[0],
    signal: AbortSignal,
  ): Promise<void> {
    signal.addEventListener('abort', () => this.#makeRoom(), { once: true });
    for await (const { topic, partition, records } of reader.read(ranges, { signal, maxWaitMs: 200 })) {
      if (signal.aborted) return;
      for (const record of records) {
        const offset = Number(record.offset);
        const message = messageOfRecord(record, () => `${topic}/${partition} offset ${offset}`);
        if (this.#listeners.isWanted(topic, message)) this.#arrivals.push({ topic, partition, offset, message });
      }
      if (!this.isEmpty) this.#listeners.onArrival();
      while (this.#arrivals.length > arrivalsAtMost && !signal.aborted) await this.#room();
    }
  }

  #room(): Promise<void> {
    return new Promise(resolve => {
      this.#makeRoom = resolve;
    });
  }
}
