import { rfc3339 } from '../../base/time.ts';
import type { MessageColumns, MessageData, StoredMessage } from '../../broker/message.ts';
import type { EventRecord } from './record.ts';

/** A message as a row of `events.csv` and as detectors see it. */
export function recordOf(stored: StoredMessage): EventRecord {
  const { message, topic, partition, offset } = stored;
  const { data, columns } = message;
  return {
    timeMs: message.time,
    topic,
    partition,
    offset,
    kind: message.kind,
    type: message.type,
    source: message.source,
    id: message.id,
    correlationId: message.correlationid,
    causationId: message.causationid,
    key: message.subject,
    userId: columns === undefined ? textOf(data, 'userId') : (columns.userId ?? ''),
    productId: columns === undefined ? textOf(data, 'productId') : (columns.productId ?? ''),
    orderId: columns === undefined ? textOf(data, 'orderId') : (columns.orderId ?? ''),
    quantity: columns === undefined ? numberOf(data, 'quantity') : numberIn(columns.quantity),
    price: columns === undefined ? numberOf(data, 'price') : numberIn(columns.price),
    data,
  };
}

/** A message's payload and columns as they were sent, if they are at hand. */
type AsSent = { readonly dataJson: string; readonly columns?: MessageColumns | undefined };

/** The fields of a record's row, in the order of `eventColumns`; those of a record that was read from a file are the file's. */
export function rowOf(record: EventRecord, sent?: AsSent): readonly string[] {
  if (record.row !== undefined) return record.row;
  const numberText = (name: 'quantity' | 'price') => sent?.columns?.[name] ?? String(record[name] ?? '');
  return [
    rfc3339(record.timeMs),
    record.topic,
    String(record.partition),
    String(record.offset),
    record.kind,
    record.type,
    record.source,
    record.id,
    record.correlationId,
    record.causationId,
    record.key,
    record.userId,
    record.productId,
    record.orderId,
    numberText('quantity'),
    numberText('price'),
    sent?.dataJson ?? JSON.stringify(record.data),
  ];
}

function textOf(data: MessageData, name: string): string {
  const value = data[name];
  return typeof value === 'string' ? value : '';
}

function numberIn(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

/** A number in a payload. */
export function numberOf(data: MessageData, name: string): number | undefined {
  const value = data[name];
  return typeof value === 'number' ? value : undefined;
}
