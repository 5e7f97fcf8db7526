import { rfc3339 } from '../../base/time.ts';
import type { MessageData, StoredMessage } from '../../broker/message.ts';
import type { EventRecord } from './record.ts';

/** A message as a row of `events.csv` and as detectors see it. */
export function recordOf(stored: StoredMessage): EventRecord {
  const { message, topic, partition, offset } = stored;
  const { data } = message;
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
    userId: textOf(data, 'userId'),
    productId: textOf(data, 'productId'),
    orderId: textOf(data, 'orderId'),
    quantity: numberOf(data, 'quantity'),
    price: numberOf(data, 'price'),
    data,
  };
}

/**
 * The fields of a record's row, in the order of `eventColumns`.
 *
 * @param dataJson the payload as JSON, if it is at hand
 */
export function rowOf(record: EventRecord, dataJson = JSON.stringify(record.data)): string[] {
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
    record.quantity === undefined ? '' : String(record.quantity),
    record.price === undefined ? '' : String(record.price),
    dataJson,
  ];
}

function textOf(data: MessageData, name: string): string {
  const value = data[name];
  return typeof value === 'string' ? value : '';
}

/** A number in a payload. */
export function numberOf(data: MessageData, name: string): number | undefined {
  const value = data[name];
  return typeof value === 'number' ? value : undefined;
}
