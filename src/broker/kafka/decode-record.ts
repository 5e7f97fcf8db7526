import type { Message } from '../message.ts';
import type { Topics } from '../topics.ts';
import type { FetchedRecord } from './broker-cluster.ts';
import { attributesOf, headerOf, parseData } from './kafka-records.ts';
import type { TopicMapping } from './topic-mapping.ts';

/** A record taken for a message. */
export type DecodedMessage = {
  readonly offset: number;
  readonly attributes: Omit<Message, 'data'>;
  /** The payload, on one line: as it was written, where that is on one line. Parsed by whoever needs it. */
  readonly dataJson: string;
};

export type Decoding = {
  /** Of the broker, for messages. */
  readonly url: string;
  readonly topics: Topics;
  /** What messages mean that cqshop did not write; without it there must be none. */
  readonly mapping: TopicMapping | undefined;
};

/**
 * Takes records of a partition for messages: those of cqshop by their `ce_…` headers, others by the mapping.
 *
 * @param place the topic with its prefix
 * @param onUnread is told, in words without a number, what could not be read of a record and what was done about it
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

/** The message as a line of `message-line.ts`, byte for byte what the embedded broker's log would hold. */
export function lineOf({ offset, attributes, dataJson }: DecodedMessage): string {
  const { kind, type, source, id, correlationid, causationid, subject, time } = attributes;
  const quote = JSON.stringify;
  return (
    `{"offset":${offset},"time":${time},"kind":"${kind}","type":${quote(type)},"source":${quote(source)},` +
    `"id":${quote(id)},"correlationid":${quote(correlationid)},"causationid":${quote(causationid)},` +
    `"subject":${quote(subject)},"data":${dataJson}}\n`
  );
}

/** The message with its payload parsed. @throws BROKER_CORRUPT when that is no JSON object */
export function messageOf({ attributes, dataJson }: DecodedMessage, place: () => string): Message {
  return { ...attributes, data: parseData(dataJson, place) };
}
