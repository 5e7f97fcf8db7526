import type { FetchedRecord } from '../../messaging/kafka/broker-cluster.ts';
import type { KafkaClient } from '../../messaging/kafka/connect-kafka.ts';
import { headerOf, messageOfRecord } from '../../messaging/kafka/kafka-records.ts';
import { PartitionReader } from '../../messaging/kafka/partition-reader.ts';
import type { TopicMapping } from '../../messaging/kafka/topic-mapping.ts';
import type { Message, StoredMessage } from '../../messaging/message.ts';
import { parseMessageLine } from '../../messaging/message-line.ts';
import type { PartitionOffsets, PartitionRange } from '../../messaging/message-source.ts';

/** Consecutive messages of one partition. */
export type MessagesRead = {
  readonly topic: string;
  readonly partition: number;
  readonly nextOffset: number;
  readonly messages: readonly StoredMessage[];
};

/** Which topics are looked at, and what their messages mean if cqshop did not write them. */
export type BrokerMessagesOptions = {
  readonly topicPrefix: string;
  readonly mapping: TopicMapping | undefined;
  /** Ctrl-C, after which a broker that is away is waited for no longer: its reason is thrown, but while messages are read. */
  readonly giveUp: AbortSignal;
};

/** A cluster's topics as messages; topics are named without their prefix. */
export class BrokerMessages {
  readonly #client: KafkaClient;
  readonly #options: BrokerMessagesOptions;
  readonly #reader: PartitionReader;

  constructor(client: KafkaClient, options: BrokerMessagesOptions) {
    this.#client = client;
    this.#options = options;
    this.#reader = new PartitionReader(client, { giveUp: options.giveUp });
  }

  /** Every partition under the prefix whose topic `isWanted`. */
  async partitions(isWanted: (topic: string) => boolean = () => true): Promise<readonly PartitionOffsets[]> {
    const { topicPrefix } = this.#options;
    const found = await this.#reader.offsets(
      topic => topic.startsWith(topicPrefix) && isWanted(topic.slice(topicPrefix.length)),
    );
    return found.map(range => ({ ...range, topic: range.topic.slice(topicPrefix.length) }));
  }

  /** As `PartitionReader.read`: the signal ends it without an error. */
  async *read(ranges: readonly PartitionRange[], signal: AbortSignal): AsyncGenerator<MessagesRead> {
    const { topicPrefix } = this.#options;
    const prefixed = ranges.map(range => ({ ...range, topic: topicPrefix + range.topic }));
    for await (const { topic: name, partition, records, nextOffset } of this.#reader.read(prefixed, { signal })) {
      const topic = name.slice(topicPrefix.length);
      const messages = records.map(record => ({
        ...{ topic, partition, offset: Number(record.offset) },
        message: this.#messageOf(record, topic, partition),
      }));
      yield { topic, partition, nextOffset, messages };
    }
  }

  close(): Promise<void> {
    return this.#reader.close();
  }

  #messageOf(record: FetchedRecord, topic: string, partition: number): Message {
    const { topicPrefix, mapping } = this.#options;
    const place = () => `${topicPrefix}${topic}/${partition} offset ${record.offset} of ${this.#client.url}`;
    return mapping === undefined || headerOf(record, 'ce_kind') !== ''
      ? messageOfRecord(record, place)
      : parseMessageLine(mapping.lineOf(record, { topic, partition, place }), place).message;
  }
}
