import { cannot } from '../../../base/errors.ts';
import type { PartitionPlace } from '../../message.ts';
import type { MessageText } from '../../message-line.ts';
import { addFinding, type Findings, type PartitionOffsets, type PartitionRange } from '../../message-source.ts';
import { partitionName } from '../../topics.ts';
import type { KafkaClient } from '../connect-kafka.ts';
import type { FetchedRecord } from '../library/broker-cluster.ts';
import type { TopicMapping } from '../values/topic-mapping.ts';
import { readable, recordDecoder } from './decode-record.ts';
import type { RecordBatch } from './packed-part.ts';
import { PartitionReader, type PartitionReaderOptions, type ReadOptions } from './partition-reader.ts';

/** Consecutive messages of one partition, its topic named without the prefix. */
export type DecodedBatch = PartitionPlace & {
  readonly nextOffset: number;
  readonly messages: readonly MessageText[];
  readonly unread: Findings | undefined;
  readonly unreadable: Findings | undefined;
};

export type KafkaMessagesOptions = PartitionReaderOptions & {
  /** What messages mean that cqshop did not write. Without it, such messages are unreadable. */
  readonly mapping?: TopicMapping | undefined;
  /** The first unreadable record is an error; default false. */
  readonly strict?: boolean | undefined;
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

  /** As `PartitionReader.heldBack`. */
  async heldBack(places: readonly PartitionPlace[]): Promise<readonly PartitionRange[]> {
    const { topics } = this.#client;
    const found = await this.#reader.heldBack(places.map(place => ({ ...place, topic: topics.full(place.topic) })));
    return found.map(range => ({ ...range, topic: topics.short(range.topic) }));
  }

  /** As `PartitionReader.read`. @throws BROKER_CORRUPT when a record cannot be read, if that is wanted */
  async *read(ranges: readonly PartitionRange[], options: ReadOptions = {}): AsyncGenerator<DecodedBatch> {
    const { topics } = this.#client;
    const prefixed = ranges.map(range => ({ ...range, topic: topics.full(range.topic) }));
    for await (const batch of this.#reader.read(prefixed, options)) yield await this.#decode(batch);
  }

  async #decode(batch: RecordBatch): Promise<DecodedBatch> {
    const { topics, connection, onNote, url } = this.#client;
    const { mapping, strict, giveUp } = this.#options;
    const { partition, nextOffset } = batch;
    const topic = topics.short(batch.topic);
    const placeOf = (offset: number | string) => `${partitionName({ topic, partition })} offset ${offset}`;
    let unread: Findings | undefined;
    let unreadable: Findings | undefined;
    let at = '';
    await mapping?.prepare(batch.records, { login: connection.registryLogin, giveUp, onNote });
    const decode = recordDecoder(batch, { topics, mapping }, (what, detail) => {
      unread = addFinding(unread, what, { place: at, detail });
    });
    const decodeAt = (record: FetchedRecord) => {
      at = placeOf(record.offset);
      return decode(record);
    };
    const messages = readable(batch, decodeAt, ({ what, detail }, offset, records) => {
      if (strict === true) {
        const found = detail === '' ? what : `${what} (${detail})`;
        const fails = cannot('BROKER_CORRUPT', `read ${topics.prefix}${placeOf(offset)} of ${url}`);
        throw fails(found, 'a message that can be read');
      }
      unreadable = addFinding(unreadable, what, { place: placeOf(offset), detail, records });
    });
    return { topic, partition, nextOffset, messages, unread, unreadable };
  }

  close(): Promise<void> {
    return this.#reader.close();
  }
}
