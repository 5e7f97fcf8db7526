import { lineOf } from '../message-line.ts';
import type { MessageBatch, MessageSource, PartitionOffsets, PartitionRange } from '../message-source.ts';
import { connectKafka, type KafkaClient } from './connect-kafka.ts';
import { type KafkaConnection, kafkaUrl } from './kafka-connection.ts';
import { type DecodedBatch, KafkaMessages, type KafkaMessagesOptions } from './kafka-messages.ts';
import { KnownTopics } from './known-topics.ts';
import type { PartitionReaderOptions } from './partition-reader.ts';
import { TimeOrder } from './time-order.ts';
import type { TopicMapping } from './topic-mapping.ts';

export type KafkaSourceOptions = PartitionReaderOptions & {
  /** Reads only topics that begin with it, and names them without it; default ''. */
  readonly topicPrefix?: string;
  /** What messages mean that cqshop did not write. Without it, such messages are unreadable. */
  readonly mapping?: TopicMapping | undefined;
  /** The first unreadable record is an error; default false. */
  readonly strict?: boolean | undefined;
  /** Called when the broker stops answering, and when it answers again. */
  readonly onNote?: ((note: string) => void) | undefined;
};

/**
 * Reads a Kafka cluster, while it is written to or afterwards, without a consumer group: nothing is committed, no group is rebalanced. Connects
 * on first use. Memory is bounded by two fetches.
 */
export function openKafkaSource(connection: KafkaConnection, options: KafkaSourceOptions = {}): MessageSource {
  return new KafkaSource(connection, options);
}

class KafkaSource implements MessageSource {
  readonly url: string;
  readonly #connection: KafkaConnection;
  readonly topicPrefix: string;
  readonly #options: KafkaMessagesOptions & Pick<KafkaSourceOptions, 'onNote'>;
  readonly #order = new TimeOrder();
  readonly #known: KnownTopics;
  readonly #topicsRead = new Set<string>();
  #opened: Promise<{ readonly client: KafkaClient; readonly messages: KafkaMessages }> | undefined;

  constructor(connection: KafkaConnection, options: KafkaSourceOptions) {
    this.url = kafkaUrl(connection);
    this.#connection = connection;
    this.topicPrefix = options.topicPrefix ?? '';
    this.#options = { ...options, mapping: options.mapping };
    this.#known = new KnownTopics(partition => `${this.topicPrefix}${partition} of ${this.url}`);
  }

  /** Known after reading: a virtual run is in order, services that write at the same time may be a little out of it. */
  get isTimeOrdered(): boolean {
    return this.#order.isKnownToHold;
  }

  readonly clusterId = async (): Promise<string> => {
    const { client } = await this.#open();
    // The same messages under another mapping make another dataset.
    const { mapping } = this.#options;
    return mapping === undefined ? client.clusterId : `${client.clusterId}+${mapping.fingerprint}`;
  };

  readonly partitions = async (): Promise<readonly PartitionOffsets[]> => {
    const { messages } = await this.#open();
    const found = await messages.partitions();
    this.#known.look(found, topic => this.#topicsRead.has(topic));
    return found;
  };

  readonly read = async function* (this: KafkaSource, ranges: readonly PartitionRange[]): AsyncGenerator<MessageBatch> {
    for (const { topic } of ranges) this.#topicsRead.add(topic);
    const { messages } = await this.#open();
    const positions = new Map(ranges.map(({ topic, partition, from }) => [`${topic}/${partition}`, from]));
    for await (const batch of messages.read(ranges)) {
      this.#watch(batch, positions);
      yield linesOf(batch);
    }
  }.bind(this);

  readonly close = async (): Promise<void> => {
    const opened = await this.#opened?.catch(() => undefined);
    await opened?.messages.close();
  };

  #open(): Promise<{ readonly client: KafkaClient; readonly messages: KafkaMessages }> {
    this.#opened ??= connectKafka(this.#connection, this.topicPrefix, this.#options.onNote).then(client => ({
      client,
      messages: new KafkaMessages(client, this.#options),
    }));
    return this.#opened;
  }

  #watch({ topic, partition, nextOffset, messages }: DecodedBatch, positions: Map<string, number>): void {
    const place = `${topic}/${partition}`;
    const from = positions.get(place) ?? 0;
    positions.set(place, nextOffset);
    const moments = messages.map(({ offset, attributes }) => ({ offset, timeMs: attributes.time }));
    this.#order.watch(place, moments, { low: this.#known.lowOf(place), from, nextOffset });
  }
}

function linesOf({ messages, ...batch }: DecodedBatch): MessageBatch {
  return { ...batch, messages: messages.length, lines: Buffer.from(messages.map(lineOf).join('')) };
}
