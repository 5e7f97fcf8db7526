import { CqshopError } from '../../errors.ts';
import type { MessageBatch, MessageSource, PartitionOffsets, PartitionRange } from '../message-source.ts';
import { connectKafka, type KafkaClient } from './connect-kafka.ts';
import { type KafkaConnection, kafkaUrl } from './kafka-connection.ts';
import { headerOf, lineOfRecord } from './kafka-records.ts';
import { PartitionReader, type PartitionReaderOptions, type RecordBatch } from './partition-reader.ts';
import { TimeOrder } from './time-order.ts';
import type { TopicMapping } from './topic-mapping.ts';

export type KafkaSourceOptions = {
  /** Only topics that begin with it, named without it; default ''. */
  readonly topicPrefix?: string;
  /** What messages mean that cqshop did not write; left out, there must be none. */
  readonly mapping?: TopicMapping | undefined;
  /** How long a broker that was reached once is waited for [ms]; default 90 s. */
  readonly patienceMs?: number | undefined;
  /** Aborted, a broker that was reached once and does not answer is waited for no longer: its reason is thrown. */
  readonly giveUp?: AbortSignal | undefined;
};

/**
 * Reads a Kafka cluster, while it is written to or afterwards, without a consumer group: nothing is committed, nobody rebalanced. Connects
 * on first use. Memory is bounded by two fetches.
 */
export function openKafkaSource(connection: KafkaConnection, options: KafkaSourceOptions = {}): MessageSource {
  return new KafkaSource(connection, options);
}

class KafkaSource implements MessageSource {
  readonly url: string;
  readonly #connection: KafkaConnection;
  readonly #prefix: string;
  readonly #mapping: TopicMapping | undefined;
  readonly #readerOptions: PartitionReaderOptions;
  readonly #order = new TimeOrder();
  readonly #seen = new Map<string, PartitionOffsets>();
  #opened: Promise<{ readonly client: KafkaClient; readonly reader: PartitionReader }> | undefined;

  constructor(connection: KafkaConnection, { topicPrefix = '', mapping, patienceMs, giveUp }: KafkaSourceOptions) {
    this.url = kafkaUrl(connection);
    this.#connection = connection;
    this.#prefix = topicPrefix;
    this.#mapping = mapping;
    this.#readerOptions = { patienceMs, giveUp };
  }

  /** Known after reading: a virtual run is in order, services that write at the same time may be a little out of it. */
  get isTimeOrdered(): boolean {
    return this.#order.isKnownToHold;
  }

  readonly clusterId = async (): Promise<string> => {
    const { client } = await this.#open();
    // Other words for the same messages make another dataset.
    return this.#mapping === undefined ? client.clusterId : `${client.clusterId}+${this.#mapping.fingerprint}`;
  };

  readonly partitions = async (): Promise<readonly PartitionOffsets[]> => {
    const { reader } = await this.#open();
    const found = (await reader.offsets(topic => topic.startsWith(this.#prefix))).map(range => ({
      ...range,
      topic: range.topic.slice(this.#prefix.length),
    }));
    this.#refuseVanished(found);
    return found;
  };

  readonly read = async function* (this: KafkaSource, ranges: readonly PartitionRange[]): AsyncGenerator<MessageBatch> {
    const { reader } = await this.#open();
    const prefixed = ranges.map(range => ({ ...range, topic: this.#prefix + range.topic }));
    const positions = new Map(ranges.map(({ topic, partition, from }) => [`${topic}/${partition}`, from]));
    for await (const batch of reader.read(prefixed)) {
      const lines = this.#linesOf(batch);
      this.#watch(lines, positions);
      yield lines;
    }
  }.bind(this);

  readonly close = async (): Promise<void> => {
    const opened = await this.#opened?.catch(() => undefined);
    await opened?.reader.close();
  };

  #open(): Promise<{ readonly client: KafkaClient; readonly reader: PartitionReader }> {
    this.#opened ??= connectKafka(this.#connection).then(client => ({
      client,
      reader: new PartitionReader(client, this.#readerOptions),
    }));
    return this.#opened;
  }

  #linesOf({ topic, partition, records, nextOffset }: RecordBatch): ReadBatch {
    const name = topic.slice(this.#prefix.length);
    const unread = new Map<string, number>();
    const onUnread = (what: string) => unread.set(what, (unread.get(what) ?? 0) + 1);
    const texts = records.map(record => {
      const place = () => `${topic}/${partition} offset ${record.offset} of ${this.url}`;
      return this.#mapping === undefined || headerOf(record, 'ce_kind') !== ''
        ? lineOfRecord(record, place)
        : this.#mapping.lineOf(record, { topic: name, partition, place, onUnread });
    });
    return {
      ...{ topic: name, partition, nextOffset, messages: records.length, lines: Buffer.from(texts.join('')) },
      unread: unread.size === 0 ? undefined : Object.fromEntries(unread),
      moments: records.map(({ offset }, index) => ({ offset: Number(offset), timeMs: timeOfLine(texts[index] ?? '') })),
    };
  }

  #watch({ topic, partition, nextOffset, moments }: ReadBatch, positions: Map<string, number>): void {
    const place = `${topic}/${partition}`;
    const from = positions.get(place) ?? 0;
    positions.set(place, nextOffset);
    this.#order.watch(place, moments, { low: this.#seen.get(place)?.low ?? 0, from, nextOffset });
  }

  /** A topic that was there, and is gone or has fewer messages, would otherwise be taken for one without news. */
  #refuseVanished(found: readonly PartitionOffsets[]): void {
    const now = new Map(found.map(range => [`${range.topic}/${range.partition}`, range]));
    for (const [place, { high }] of this.#seen) {
      const range = now.get(place);
      if (range !== undefined && range.high >= high) continue;
      const what = range === undefined ? 'it has vanished' : `it ends at offset ${range.high}, after ${high} before`;
      throw new CqshopError(
        'MESSAGES_LOST',
        `Cannot read ${this.#prefix}${place} of ${this.url}: ${what}, expected a topic that stays`,
      );
    }
    for (const [place, range] of now) this.#seen.set(place, range);
  }
}

type ReadBatch = MessageBatch & { readonly moments: readonly { readonly offset: number; readonly timeMs: number }[] };

/** A line begins {"offset":12,"time":34, whoever wrote the message. */
function timeOfLine(line: string): number {
  return Number.parseInt(line.slice(line.indexOf('"time":') + 7), 10);
}
