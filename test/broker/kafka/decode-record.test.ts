import { expect, test } from 'vitest';
import type { FetchedRecord } from '../../../src/broker/kafka/broker-cluster.ts';
import { lineOf, messageOf, recordDecoder } from '../../../src/broker/kafka/decode-record.ts';
import { recordOfMessage } from '../../../src/broker/kafka/kafka-records.ts';
import { topicMapping } from '../../../src/broker/kafka/topic-mapping.ts';
import type { Message } from '../../../src/broker/message.ts';
import { formatMessageLine, parseMessageLine } from '../../../src/broker/message-line.ts';
import { Topics } from '../../../src/broker/topics.ts';
import { expectCqshopError } from '../../support/cqshop-error.ts';

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

function ourRecord(value: string): FetchedRecord {
  const { headers } = recordOfMessage(ours, 0);
  return recordOf(value, Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)])));
}

const place = { topic: 'x-clicks', partition: 2 };
const mapping = topicMapping({ version: 1, type: 'topic', entity: 'key', time: 'timestamp' });
const decode = recordDecoder(place, { url: 'kafka://b', topics: new Topics('x-'), mapping });

test('a message of cqshop is one whether there is a mapping or not, and its line that of the embedded broker', () => {
  for (const decoder of [
    decode,
    recordDecoder(place, { url: 'kafka://b', topics: new Topics('x-'), mapping: undefined }),
  ]) {
    const decoded = decoder(ourRecord(JSON.stringify(ours.data)));
    expect(lineOf(decoded)).toBe(formatMessageLine(7, ours));
    expect(messageOf(decoded, () => 'here')).toEqual(ours);
  }
});

test('a payload keeps its bytes, but for line breaks', () => {
  expect(lineOf(decode(ourRecord('{"price":1.50}')))).toContain('"data":{"price":1.50}}\n');
  expect(lineOf(decode(ourRecord('{\n"price":1.50}')))).toContain('"data":{"price":1.5}}\n');
});

test('a message of somebody else is what the mapping says, the same as a line and as a message', () => {
  const decoded = decode(recordOf('{"a":1}'));
  const message = messageOf(decoded, () => 'here');
  expect(message).toMatchObject({ type: 'clicks', id: 'clicks/2/7', subject: 'k', time: 1000, data: { a: 1 } });
  expect(parseMessageLine(lineOf(decoded).trimEnd(), () => 'line')).toMatchObject({ offset: 7, message });
});

test('what is neither is refused with its place', async () => {
  const strict = recordDecoder(place, { url: 'kafka://b', topics: new Topics('x-'), mapping: undefined });
  await expectCqshopError(async () => strict(recordOf('{}')), 'BROKER_CORRUPT', 'x-clicks/2 offset 7 of kafka://b');
});
