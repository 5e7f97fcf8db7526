import { cannot } from '../../base/errors.ts';
import { rfc3339 } from '../../base/time.ts';
import type { Message } from '../message.ts';
import type { Topics } from '../topics.ts';
import type { FetchedRecord } from './broker-cluster.ts';

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
  const byTopic = new Map<string, OutgoingRecord[]>();
  for (const { topic, record } of outgoing) {
    const records = byTopic.get(topic);
    if (records === undefined) byTopic.set(topic, [record]);
    else records.push(record);
  }
  return [...byTopic].map(([topic, messages]) => ({ topic: topics.full(topic), messages }));
}

type IncomingRecord = Pick<FetchedRecord, 'offset' | 'timestamp' | 'key' | 'value'> & {
  readonly headers?: FetchedRecord['headers'] | undefined;
};

/** The message of a record that `recordOfMessage` made. @throws BROKER_CORRUPT when it is another kind of record */
export function messageOfRecord(record: IncomingRecord, place: () => string): Message {
  const value = record.value?.toString('utf8') ?? '';
  const attributes = attributesOf(record, place);
  return { ...attributes, data: parseData(value, place) };
}

/** The message without its payload. @throws BROKER_CORRUPT when cqshop did not write it */
export function attributesOf(record: IncomingRecord, place: () => string): Omit<Message, 'data'> {
  const kind = headerOf(record, 'ce_kind');
  const type = headerOf(record, 'ce_type');
  const id = headerOf(record, 'ce_id');
  if ((kind !== 'command' && kind !== 'event') || type === '' || id === '') {
    throw cannot('BROKER_CORRUPT', `read ${place()}`)(
      'it has no ce_id, ce_type and ce_kind',
      'a message of cqshop; --mapping FILE describes messages of other systems',
    );
  }
  return {
    kind,
    type,
    id,
    source: headerOf(record, 'ce_source'),
    subject: headerOf(record, 'ce_subject'),
    time: Number(record.timestamp),
    correlationid: headerOf(record, 'ce_correlationid'),
    causationid: headerOf(record, 'ce_causationid'),
  };
}

/** '' where there is none; the first of several. */
export function headerOf({ headers }: Pick<IncomingRecord, 'headers'>, name: string): string {
  const value = headers?.[name];
  const first = Array.isArray(value) ? value[0] : value;
  return first?.toString() ?? '';
}

/** The payload of a message that cqshop wrote. @throws BROKER_CORRUPT when it is no object of JSON */
function parseData(value: string, place: () => string): Message['data'] {
  const noObject = (cause?: unknown) =>
    cannot('BROKER_CORRUPT', `read ${place()}`)('its value is no JSON object', 'one', cause);
  let data: unknown;
  try {
    data = JSON.parse(value);
  } catch (cause) {
    throw noObject(cause);
  }
  if (typeof data !== 'object' || data === null) throw noObject();
  // An object of JSON: whoever knows the type checks its fields.
  return data as Message['data'];
}
