import type { z } from 'zod';
import type { KafkaClient } from '../../broker/kafka/connect-kafka.ts';
import type { FetchedRecord } from '../../broker/kafka/library/broker-cluster.ts';
import { messageOf, readable, recordDecoder } from '../../broker/kafka/reading/decode-record.ts';
import type { RecordBatch } from '../../broker/kafka/reading/packed-part.ts';
import {
  PartitionReader,
  type PartitionReaderOptions,
  type ReadOptions,
} from '../../broker/kafka/reading/partition-reader.ts';
import { UnreadableRecord } from '../../broker/kafka/values/payload.ts';
import type { Message, PartitionPlace } from '../../broker/message.ts';
import type { PartitionOffsets, PartitionRange } from '../../broker/message-source.ts';
import { partitionOf } from '../../broker/partition.ts';
import { commandLogTopic, commandTopic, controlTopic, eventTopic, partitionName } from '../../broker/topics.ts';
import { services } from '../services/registry.ts';
import type { StrayRecords } from './stray-records.ts';

/** Consecutive messages of a partition; its topic with the prefix. */
export type RunBatch = PartitionPlace & {
  readonly messages: readonly { readonly offset: number; readonly message: Message }[];
  readonly nextOffset: number;
};

/** What the payload of a message of some type has to be. */
export type SchemasByType = Readonly<Record<string, z.ZodType>>;

export type RunReaderOptions = {
  readonly strays: StrayRecords;
  /** Of each topic but the control topic. */
  readonly partitions: number;
  /** Default: the messages of the shop. */
  readonly schemas?: ReadonlyMap<string, SchemasByType>;
} & Pick<PartitionReaderOptions, 'giveUp'>;

const shopSchemas: ReadonlyMap<string, SchemasByType> = new Map([
  ...services.flatMap(({ name, commands, events }): [string, SchemasByType][] => [
    [commandTopic(name), commands],
    [eventTopic(name), events],
  ]),
  [commandLogTopic, Object.assign({}, ...services.map(({ commands }) => commands))],
]);

/**
 * Reads the messages of a live run. Other programs can write into its topics, so a record that is no message of its topic is left out and counted. It
 * must not end a service.
 */
export class RunReader {
  readonly #client: KafkaClient;
  readonly #options: RunReaderOptions;
  readonly #reader: PartitionReader;

  constructor(client: KafkaClient, options: RunReaderOptions) {
    this.#client = client;
    this.#options = options;
    this.#reader = new PartitionReader(client, { giveUp: options.giveUp });
  }

  /** As `PartitionReader.offsets`. */
  offsets(isWanted: (topic: string) => boolean): Promise<readonly PartitionOffsets[]> {
    return this.#reader.offsets(isWanted);
  }

  /** As `PartitionReader.read`. */
  async *read(ranges: readonly PartitionRange[], options: ReadOptions = {}): AsyncGenerator<RunBatch> {
    for await (const batch of this.#reader.read(ranges, options)) yield this.#decode(batch);
  }

  close(): Promise<void> {
    return this.#reader.close();
  }

  #decode(batch: RecordBatch): RunBatch {
    const { topic, partition, nextOffset } = batch;
    const { strays } = this.#options;
    const { topics } = this.#client;
    const decode = recordDecoder(batch, { topics, mapping: undefined });
    const read = (record: FetchedRecord) => {
      const decoded = decode(record);
      const message = messageOf(decoded);
      this.#assertOfRun(message, { topic: topics.short(topic), partition });
      return { offset: decoded.offset, message };
    };
    const messages = readable(batch, read, ({ what, detail }, offset, records) =>
      strays.add(what, { place: `${partitionName(batch)} offset ${offset}`, detail, records }),
    );
    return { topic, partition, messages, nextOffset };
  }

  /** @throws UnreadableRecord */
  #assertOfRun({ type, subject, data }: Message, { topic, partition }: PartitionPlace): void {
    const { partitions, schemas = shopSchemas } = this.#options;
    const known = schemas.get(topic) ?? {};
    const schema = Object.hasOwn(known, type) ? known[type] : undefined;
    if (schema === undefined) throw new UnreadableRecord('its type is none of the topic', type);
    if (!schema.safeParse(data).success) throw new UnreadableRecord('its payload is not as its type has it', type);
    // No other reader would find the aggregate there.
    if (topic !== controlTopic && partitionOf(subject, partitions) !== partition) {
      throw new UnreadableRecord('it is in another partition than its key belongs to', subject);
    }
  }
}
