import type { PartitionOffsets, PartitionPlace, PartitionRange } from '../message-source.ts';
import type { KafkaClient } from './connect-kafka.ts';
import { type DecodedMessage, recordDecoder } from './decode-record.ts';
import { PartitionReader, type PartitionReaderOptions, type ReadOptions } from './partition-reader.ts';
import type { TopicMapping } from './topic-mapping.ts';

/** Consecutive messages of one partition, its topic named without the prefix. */
export type DecodedBatch = PartitionPlace & {
  readonly nextOffset: number;
  readonly messages: readonly DecodedMessage[];
  /** Counts of messages by what could not be read of them, in words. */
  readonly unread: ReadonlyMap<string, number>;
};

export type KafkaMessagesOptions = PartitionReaderOptions & {
  /** What messages mean that cqshop did not write. Without it, such messages are an error. */
  readonly mapping: TopicMapping | undefined;
};

/** A cluster's topics as messages. */
export class KafkaMessages {
  readonly #client: KafkaClient;
  readonly #options: KafkaMessagesOptions;
  readonly #reader: PartitionReader;

  constructor(client: KafkaClient, options: KafkaMessagesOptions) {
    this.#client = client;
    this.#options = options;
    this.#reader = new PartitionReader(client, options);
  }

  /** Every partition under the prefix whose topic `isWanted`. */
  async partitions(isWanted: (topic: string) => boolean = () => true): Promise<readonly PartitionOffsets[]> {
    const { topics } = this.#client;
    const found = await this.#reader.offsets(topic => topics.owns(topic) && isWanted(topics.short(topic)));
    return found.map(range => ({ ...range, topic: topics.short(range.topic) }));
  }

  /** As `PartitionReader.read`. @throws BROKER_CORRUPT when a record is no message */
  async *read(ranges: readonly PartitionRange[], options: ReadOptions = {}): AsyncGenerator<DecodedBatch> {
    const { url, topics } = this.#client;
    const { mapping } = this.#options;
    const prefixed = ranges.map(range => ({ ...range, topic: topics.full(range.topic) }));
    for await (const batch of this.#reader.read(prefixed, options)) {
      const { topic, partition, records, nextOffset } = batch;
      const unread = new Map<string, number>();
      const onUnread = (what: string) => unread.set(what, (unread.get(what) ?? 0) + 1);
      const messages = records.map(recordDecoder(batch, { url, topics, mapping }, onUnread));
      yield { topic: topics.short(topic), partition, nextOffset, messages, unread };
    }
  }

  /** Names a message in an error. */
  placeOf({ topic, partition }: Pick<DecodedBatch, 'topic' | 'partition'>, offset: number): string {
    return `${this.#client.topics.full(topic)}/${partition} offset ${offset} of ${this.#client.url}`;
  }

  close(): Promise<void> {
    return this.#reader.close();
  }
}
