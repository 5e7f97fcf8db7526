import type { Message } from '../message.ts';
import type { Topics } from '../topics.ts';
import type { FetchedRecord } from './broker-cluster.ts';
import { attributesOf, headerOf, parseData } from './kafka-records.ts';
import type { TopicMapping } from './topic-mapping.ts';

/** A record read as a message. */
export type DecodedMessage = {
  readonly offset: number;
  readonly attributes: Omit<Message, 'data'>;
  /** The payload as JSON on one line; not parsed, if it was written on one line. */
  readonly dataJson: string;
};

export type Decoding = {
  /** Of the broker, for messages. */
  readonly url: string;
  readonly topics: Topics;
  /** What messages mean that cqshop did not write. Without it, such messages are an error. */
  readonly mapping: TopicMapping | undefined;
};

/**
 * Reads records of a partition as messages: those of cqshop by their `ce_…` headers, others by the mapping.
 *
 * @param place the topic with its prefix
 * @param onUnread called with what could not be read of a record and what was done about it, in words without a number
 * @returns a function that throws BROKER_CORRUPT when a record is neither
 */
export function recordDecoder(
  { topic, partition }: { readonly topic: string; readonly partition: number },
  { url, topics, mapping }: Decoding,
  onUnread?: (what: string) => void,
): (record: FetchedRecord) => DecodedMessage {
  const name = topics.short(topic);
  return record => {
    const place = () => `${topic}/${partition} offset ${record.offset} of ${url}`;
    if (mapping === undefined || headerOf(record, 'ce_kind') !== '') {
      const attributes = attributesOf(record, place);
      const text = record.value?.toString('utf8') ?? '';
      const dataJson = text.includes('\n') ? JSON.stringify(parseData(text, place)) : text;
      return { offset: Number(record.offset), attributes, dataJson };
    }
    const { data, ...attributes } = mapping.messageOf(record, { topic: name, partition, place, onUnread });
    return { offset: Number(record.offset), attributes, dataJson: JSON.stringify(data) };
  };
}

/** The message with its payload parsed. @throws BROKER_CORRUPT when that is no JSON object */
export function messageOf({ attributes, dataJson }: DecodedMessage, place: () => string): Message {
  return { ...attributes, data: parseData(dataJson, place) };
}
