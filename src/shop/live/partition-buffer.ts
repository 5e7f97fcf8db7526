import type { KafkaClient } from '../../broker/kafka/connect-kafka.ts';
import type { Message, StoredMessage } from '../../broker/message.ts';
import type { PartitionRange } from '../../broker/message-source.ts';
import { RunReader, type RunReaderOptions } from './run-reader.ts';

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
  readonly #options: RunReaderOptions;
  readonly #listeners: Listeners;
  /** Read and not yet handled; their topics with prefix. */
  #arrivals: StoredMessage[] = [];
  #reading: { readonly stop: AbortController; readonly ended: Promise<void> } | undefined;
  #makeRoom: () => void = () => undefined;

  constructor(client: KafkaClient, options: RunReaderOptions, listeners: Listeners) {
    this.#client = client;
    this.#options = options;
    this.#listeners = listeners;
  }

  get isEmpty(): boolean {
    return this.#arrivals.length === 0;
  }

  /** Takes the oldest messages, at most this number. Those of one partition are in order. */
  take(atMost: number): readonly StoredMessage[] {
    const taken = this.#arrivals.splice(0, atMost);
    this.#makeRoom();
    return taken;
  }

  /** Begins to read; after `stop` only. @param ranges with the offsets to begin at */
  start(ranges: readonly Omit<PartitionRange, 'to'>[]): void {
    if (ranges.length === 0) return;
    const stop = new AbortController();
    const reader = new RunReader(this.#client, this.#options);
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
  }

  async #receive(reader: RunReader, ranges: Parameters<RunReader['read']>[0], signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.#makeRoom(), { once: true });
    for await (const { topic, partition, messages } of reader.read(ranges, { signal, maxWaitMs: 200 })) {
      if (signal.aborted) return;
      for (const { offset, message } of messages) {
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
