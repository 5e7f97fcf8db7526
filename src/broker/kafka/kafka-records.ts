import { groupBy } from '../../base/group-by.ts';
import { rfc3339 } from '../../base/time.ts';
import type { Message } from '../message.ts';
import type { Topics } from '../topics.ts';
import type { FetchedRecord } from './library/broker-cluster.ts';

/** A message as a record of Kafka, for a producer; topic and partition are chosen by the caller. */
export type OutgoingRecord = {
  readonly key: string;
  readonly value: string;
  /** Virtual time [ms]; as text, since kafkajs takes the number 0 for "now". */
  readonly timestamp: string;
  readonly partition: number;
  readonly headers: Record<string, string>;
};

const specVersion = '1.0';
const contentType = 'application/json';

/**
 * A message by the Kafka binding of CloudEvents 1.0, binary mode: attributes in `ce_…` headers, the JSON payload as the value, the
 * aggregate's id as the key, the virtual time as the timestamp. An empty `causationid` has no header: kafkajs throws on null ones.
 */
export function recordOfMessage(message: Message, partition: number): OutgoingRecord {
  const headers: Record<string, string> = {
    'content-type': contentType,
    ce_specversion: specVersion,
    ce_id: message.id,
    ce_source: message.source,
    ce_type: message.type,
    ce_subject: message.subject,
    ce_time: rfc3339(message.time),
    ce_kind: message.kind,
  };
  if (message.correlationid !== '') headers.ce_correlationid = message.correlationid;
  if (message.causationid !== '') headers.ce_causationid = message.causationid;
  return {
    key: message.subject,
    value: JSON.stringify(message.data),
    timestamp: String(message.time),
    partition,
    headers,
  };
}

/** Records as a producer sends them: together by topic, each topic with its full name. */
export function topicMessages(
  outgoing: readonly { readonly topic: string; readonly record: OutgoingRecord }[],
  topics: Topics,
): { topic: string; messages: OutgoingRecord[] }[] {
  return [...groupBy(outgoing, ({ topic }) => topic)].map(([topic, group]) => ({
    topic: topics.full(topic),
    messages: group.map(({ record }) => record),
  }));
}

/** Others use CloudEvents too, and some of them an extension `kind`: only all that cqshop writes, in agreement with the record, is its signature. */
export function isOfCqshop(record: FetchedRecord): boolean {
  const header = (name: string) => headerOf(record, name);
  const kind = header('ce_kind');
  return (
    header('ce_specversion') === specVersion &&
    header('content-type') === contentType &&
    (kind === 'command' || kind === 'event') &&
    header('ce_id') !== '' &&
    header('ce_type') !== '' &&
    header('ce_source').startsWith('/') &&
    header('ce_subject') === (record.key?.toString('utf8') ?? '') &&
    header('ce_time') === timeText(record.timestamp)
  );
}

function timeText(timestamp: string): string {
  const timeMs = Number(timestamp);
  return Math.abs(timeMs) <= 8.64e15 ? rfc3339(timeMs) : '';
}

/** The message of a record that `recordOfMessage` made, without its payload. */
export function attributesOf(record: Pick<FetchedRecord, 'timestamp' | 'headers'>): Omit<Message, 'data'> {
  return {
    kind: headerOf(record, 'ce_kind') === 'command' ? 'command' : 'event',
    type: headerOf(record, 'ce_type'),
    id: headerOf(record, 'ce_id'),
    source: headerOf(record, 'ce_source'),
    subject: headerOf(record, 'ce_subject'),
    time: Number(record.timestamp),
    correlationid: headerOf(record, 'ce_correlationid'),
    causationid: headerOf(record, 'ce_causationid'),
  };
}

/** '' where there is none; the first of several. */
export function headerOf(record: Pick<FetchedRecord, 'headers'>, name: string): string {
  return headerBytes(record, name)?.toString() ?? '';
}

/** The same as bytes, for the headers of others; undefined where there is none. */
export function headerBytes({ headers }: Pick<FetchedRecord, 'headers'>, name: string): Buffer | undefined {
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
  return (Array.isArray(value) ? value[0] : value) ?? undefined;
}
