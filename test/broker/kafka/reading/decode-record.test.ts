import { expect, test } from 'vitest';
import { recordOfMessage } from '../../../../src/broker/kafka/kafka-records.ts';
import type { FetchedRecord } from '../../../../src/broker/kafka/library/broker-cluster.ts';
import { messageOf, readable, recordDecoder } from '../../../../src/broker/kafka/reading/decode-record.ts';
import { UnreadableRecord } from '../../../../src/broker/kafka/values/payload.ts';
import { topicMapping } from '../../../../src/broker/kafka/values/topic-mapping.ts';
import type { Message } from '../../../../src/broker/message.ts';
import { formatMessageLine, lineOf, parseMessageLine } from '../../../../src/broker/message-line.ts';
import { Topics } from '../../../../src/broker/topics.ts';

const ours: Message = {
  ...{ kind: 'event', type: 'CartCreated', id: 'a"1', source: '/services/cart', subject: 'c-1', time: 1000 },
  ...{ correlationid: 'v', causationid: '', data: { userId: 'u-1', price: 1.5 } },
};

function recordOf(value: string, headers: FetchedRecord['headers'] = {}): FetchedRecord {
  return {
    ...{ offset: '7', timestamp: '1000', key: Buffer.from('k'), value: Buffer.from(value), headers },
    ...{ isControlRecord: false, batchContext: { producerId: '-1', inTransaction: false } },
  };
}

function ourRecord(value: string, changed: Record<string, string | undefined> = {}): FetchedRecord {
  const headers = Object.entries({ ...recordOfMessage(ours, 0).headers, ...changed });
  const record = recordOf(
    value,
    Object.fromEntries(headers.flatMap(([name, text]) => (text === undefined ? [] : [[name, Buffer.from(text)]]))),
  );
  return { ...record, key: Buffer.from(ours.subject) };
}

const mapping = topicMapping({ version: 1, entity: 'customer.id' });
const topics = new Topics('x-');
/** Of a topic that is named as one of cqshop's, and of one that is not; each with a mapping and without. */
const inOwn = recordDecoder({ topic: 'x-cart-events', partition: 2 }, { topics, mapping });
const inOwnUnmapped = recordDecoder({ topic: 'x-cart-events', partition: 2 }, { topics, mapping: undefined });
const inClicks = recordDecoder({ topic: 'x-clicks', partition: 2 }, { topics, mapping });

test('a message of cqshop in its own topic is one whether there is a mapping or not', () => {
  for (const decoder of [inOwn, inOwnUnmapped]) {
    const decoded = decoder(ourRecord(JSON.stringify(ours.data)));
    expect(lineOf(decoded)).toBe(formatMessageLine(7, ours));
    expect(messageOf(decoded)).toEqual(ours);
  }
});

test('a record of more than 32 MiB is not read', () => {
  const text = (bytes: number) => `{"a":"${'x'.repeat(bytes - 8)}"}`;
  const most = 32 * 1024 * 1024;
  const { key } = ourRecord('');
  expect(inClicks(recordOf(text(most - 1))).dataJson).toHaveLength(most - 1);
  for (const record of [recordOf(text(most)), { ...recordOf('{}'), key: Buffer.alloc(most) }]) {
    expect(() => inClicks(record)).toThrow('it is larger than 32 MiB');
  }
  expect(() => inOwn(ourRecord(text(most - (key?.length ?? 0) + 1)))).toThrow('it is larger than 32 MiB');
});

test('a record that is too large for JavaScript is counted, and a fault of the program is not hidden', () => {
  const records = ['1', '2', '3'].map(value => ({ ...recordOf(value), offset: value }));
  const left: string[] = [];
  const read = (error: Error) =>
    readable(
      { records, broken: [] },
      ({ offset }) => {
        if (offset === '2') throw error;
        return offset;
      },
      ({ what, detail }, offset) => left.push(`${offset}: ${what} (${detail})`),
    );
  expect(read(new RangeError('Invalid string length'))).toEqual(['1', '3']);
  expect(left).toEqual(['2: it is too large to be read (Invalid string length)']);
  expect(() => read(new TypeError('no'))).toThrow('no');
});

test('a record with a key and headers of more than 1 MiB is not read', () => {
  const half = Buffer.alloc(512 * 1024, 'x');
  const record = { ...recordOf('{}', { a: half.subarray(0, 1000), b: [half.subarray(1000), null] }), key: half };
  expect(inClicks(record).attributes.subject).toHaveLength(half.length);
  for (const larger of [
    { ...record, key: Buffer.concat([half, Buffer.from('x')]) },
    recordOf('{}', { a: [half, half, half] }),
  ]) {
    expect(() => inClicks(larger)).toThrow('its key and headers are larger than 1 MiB');
  }
});

test.each([
  ['another id of the record', { ce_subject: 'c-2' }],
  ['no subject', { ce_subject: undefined }],
  ['a kind of its own', { ce_kind: 'order' }],
  ['another time', { ce_time: '2026-01-05T10:00:00Z' }],
  ['another payload', { 'content-type': 'application/avro' }],
])('a CloudEvent with %s is none of cqshop, and the mapping describes it', (_, changed) => {
  const record = ourRecord('{"customer":{"id":"c-1"}}', changed);
  expect(inOwn(record).attributes).toMatchObject({ type: 'cart-events', subject: 'c-1' });
  expect(() => inOwnUnmapped(record)).toThrow(UnreadableRecord);
});

test('a mapping describes everything in a topic that is none of cqshop', () => {
  expect(inClicks(ourRecord('{"customer":{"id":"c-9"}}')).attributes).toMatchObject({ type: 'clicks', subject: 'c-9' });
});

test.each([
  '{"price":1.50}',
  '{\n "price":1.50,\r\n "10":1, "2":2 }',
  '{"a":"\\ud800","id":73314510714175489}',
  ' {"a":1} ',
  '[1,2.0]',
  '"text"',
  'null',
  '1e400',
])('a payload keeps its text: %j', text => {
  for (const decoded of [inClicks(recordOf(text)), ...(text.startsWith('{') ? [inOwn(ourRecord(text))] : [])]) {
    const line = lineOf(decoded);
    expect(line.indexOf('\n')).toBe(line.length - 1);
    expect(parseMessageLine(line.trimEnd(), () => 'line').dataJson).toBe(text);
  }
});

test('a message of somebody else is what the mapping says, the same as a line and as a message', () => {
  const decoded = inClicks(recordOf('{"a":1,"userId":7}'));
  const message = messageOf(decoded);
  expect(message).toMatchObject({ type: 'clicks', id: 'clicks/2/7', subject: 'k', time: 1000, data: { a: 1 } });
  expect(message.columns).toEqual({ userId: '7' });
  expect(parseMessageLine(lineOf(decoded).trimEnd(), () => 'line')).toMatchObject({ offset: 7, message });
});

test('a tombstone is an empty object', () => {
  expect(inClicks({ ...recordOf(''), value: null }).dataJson).toBe('{}');
});

test('a message of cqshop whose payload is no object cannot be read', () => {
  for (const text of ['', '[]', '{"a":', 'null']) expect(() => inOwn(ourRecord(text))).toThrow(UnreadableRecord);
});
