import { lineOf } from '../../message-line.ts';
import type { MessageBatch, MessageSource } from '../../message-source.ts';
import { partitionName } from '../../topics.ts';
import { connectKafka, type KafkaClient } from '../connect-kafka.ts';
import { type KafkaConnection, kafkaUrl } from '../kafka-connection.ts';
import { type DecodedBatch, KafkaMessages, type KafkaMessagesOptions } from './kafka-messages.ts';
import { KnownTopics } from './known-topics.ts';
import { TimeOrder } from './time-order.ts';

export type KafkaSourceOptions = KafkaMessagesOptions & {
  /** Reads only topics that begin with it, and names them without it; default ''. */
  readonly topicPrefix?: string;
  /** Called when the broker stops answering, and when it answers again. */
  readonly onNote?: ((note: string) => void) | undefined;
};

/**
 * Reads a Kafka cluster, while it is written to or afterwards, without a consumer group: nothing is committed, no group is rebalanced. Connects
 * on first use. Memory is bounded by two fetches.
 */
export function openKafkaSource(connection: KafkaConnection, options: KafkaSourceOptions = {}): MessageSource {
  const url = kafkaUrl(connection);
  const { topicPrefix = '', mapping } = options;
  const order = new TimeOrder();
  const known = new KnownTopics(partition => `${topicPrefix}${partition} of ${url}`);
  const topicsRead = new Set<string>();
  let opened: Promise<{ readonly client: KafkaClient; readonly messages: KafkaMessages }> | undefined;
  const open = () => {
    opened ??= connectKafka(connection, topicPrefix, options.onNote).then(client => ({
      client,
      messages: new KafkaMessages(client, options),
    }));
    return opened;
  };
  return {
    url,
    topicPrefix,
    // Known after reading: a virtual run is in order, services that write at the same time may be a little out of it.
    get isTimeOrdered() {
      return order.isKnownToHold;
    },
    clusterId: async () => {
      const { client } = await open();
      // The same messages under another mapping make another dataset.
      return mapping === undefined ? client.clusterId : `${client.clusterId}+${mapping.fingerprint}`;
    },
    partitions: async () => {
      const { messages } = await open();
      const found = await messages.partitions();
      known.look(found, topic => topicsRead.has(topic));
      return found;
    },
    read: async function* (ranges) {
      for (const { topic } of ranges) topicsRead.add(topic);
      const { messages } = await open();
      const positions = new Map(ranges.map(range => [partitionName(range), range.from]));
      for await (const batch of messages.read(ranges)) {
        const place = partitionName(batch);
        const moments = batch.messages.map(({ offset, attributes }) => ({ offset, timeMs: attributes.time }));
        const from = positions.get(place) ?? 0;
        order.watch(place, moments, { low: known.lowOf(place), from, nextOffset: batch.nextOffset });
        positions.set(place, batch.nextOffset);
        yield linesOf(batch);
      }
    },
    heldBack: async places => (await open()).messages.heldBack(places),
    close: async () => {
      const { messages } = (await opened?.catch(() => undefined)) ?? {};
      await messages?.close();
    },
  };
}

function linesOf({ messages, ...batch }: DecodedBatch): MessageBatch {
  return { ...batch, messages: messages.length, lines: Buffer.from(messages.map(lineOf).join('')) };
}
