import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import type { KafkaClient } from '../../../../src/broker/kafka/connect-kafka.ts';
import { headerOf } from '../../../../src/broker/kafka/kafka-records.ts';
import { codecsOf, endOf, splitAnswer, unpack } from '../../../../src/broker/kafka/library/batch-ends.ts';
import type { BrokerCluster, BrokerNode } from '../../../../src/broker/kafka/library/broker-cluster.ts';
import { unpacked } from '../../../../src/broker/kafka/reading/packed-part.ts';
import { PartitionReader } from '../../../../src/broker/kafka/reading/partition-reader.ts';

/** A batch of which compaction has left the head only. */
function emptyBatch(baseOffset: number, lastOffsetDelta: number): Buffer {
  const batch = Buffer.alloc(61);
  batch.writeBigInt64BE(BigInt(baseOffset), 0);
  batch.writeInt32BE(61 - 12, 8);
  batch.writeInt8(2, 16);
  batch.writeInt32BE(lastOffsetDelta, 23);
  batch.writeBigInt64BE(-1n, 43);
  return batch;
}

/** The answer to a fetch of `log/0`, version 3, 4 or 11. */
function answerOf(records: Buffer, apiVersion: number): Buffer {
  const int = (bytes: 2 | 4 | 8, value: number) => {
    const buffer = Buffer.alloc(bytes);
    if (bytes === 8) buffer.writeBigInt64BE(BigInt(value));
    else buffer.writeIntBE(value, 0, bytes);
    return buffer;
  };
  return Buffer.concat([
    int(4, 0),
    ...(apiVersion >= 7 ? [int(2, 0), int(4, 0)] : []),
    ...[int(4, 1), int(2, 3), Buffer.from('log'), int(4, 1)],
    ...[int(4, 0), int(2, 0), int(8, 40)],
    ...(apiVersion >= 4 ? [int(8, 40)] : []),
    ...(apiVersion >= 5 ? [int(8, 0)] : []),
    ...(apiVersion >= 4 ? [int(4, 1), int(8, 7), int(8, 3)] : []),
    ...(apiVersion >= 11 ? [int(4, -1)] : []),
    ...[int(4, records.length), records],
  ]);
}

const partial = emptyBatch(30, 9).subarray(0, 40);

/** The offset after the last whole batch of `log/0` in an answer; undefined if there is none. */
function endIn(records: Buffer, apiVersion: number): number | undefined {
  const { batches } = splitAnswer(answerOf(records, apiVersion), apiVersion);
  return endOf(batches.get('log/0') ?? Buffer.alloc(0));
}

test.each([4, 11])(
  'finds the ends of batches without records, but for one that is cut off (version %i)',
  apiVersion => {
    const records = Buffer.concat([emptyBatch(10, 4), emptyBatch(15, 14), partial]);
    expect(endIn(records, apiVersion)).toBe(30);
    expect(endIn(Buffer.alloc(0), apiVersion)).toBeUndefined();
  },
);

test('looks for no batches in answers of before there were any', () => {
  expect(endIn(emptyBatch(10, 4), 3)).toBeUndefined();
});

test('counts a batch that cannot be unpacked, and reads on behind it', async () => {
  const broken = emptyBatch(15, 14);
  broken.writeInt16BE(1, 21);
  broken.writeInt32BE(15, 57);
  const found = [];
  for await (const part of unpack(Buffer.concat([broken, emptyBatch(30, 4)]))) found.push(part);
  expect(found).toMatchObject([{ records: [], end: 35, broken: [{ from: 15, to: 30, records: 15 }] }]);
});

test('says how batches are packed without unpacking them', () => {
  const [broken, newer] = [emptyBatch(15, 14), emptyBatch(30, 4)];
  for (const [batch, codec] of [[broken, 4] as const, [newer, 7] as const]) {
    batch.writeInt16BE(codec, 21);
    batch.writeInt32BE(15, 57);
  }
  expect(codecsOf(Buffer.concat([broken, newer, emptyBatch(35, 4)]))).toEqual(['zstd', 'none']);
});

/** As a producer writes it. */
async function batchOf(firstOffset: number, ...values: readonly Buffer[]): Promise<Buffer> {
  const require = createRequire(import.meta.url);
  const recordOf = require('kafkajs/src/protocol/recordBatch/record/v0');
  const records = values.map((value, offsetDelta) => recordOf({ key: null, value, offsetDelta }));
  const lastOffsetDelta = values.length - 1;
  const given = { records, lastOffsetDelta, compression: 0 };
  const batch = await require('kafkajs/src/protocol/recordBatch/v0').RecordBatch(given);
  batch.buffer.writeBigInt64BE(BigInt(firstOffset), 0);
  return batch.buffer.subarray(0, batch.size());
}

test('returns the records of a batch of many some at a time, and goes on within it', async () => {
  const batch = await batchOf(100, ...Array.from({ length: 5000 }, () => Buffer.from('x')));
  const ends: number[] = [];
  for await (const { records, end } of unpack(batch)) {
    expect(records.at(-1)?.offset).toBe(String(end - 1));
    ends.push(end);
  }
  expect(ends).toEqual([2100, 4100, 5100]);
  const range = { topic: 'log', partition: 0, from: 2100, to: 5000 };
  const fetched = { partition: 0, abortedTransactions: [], messages: [] };
  const parts: (readonly [number, number])[] = [];
  for await (const { records, nextOffset } of unpacked({ range, fetched, packed: batch, nextOffset: 5000 })) {
    parts.push([Number(records[0]?.offset), nextOffset]);
  }
  expect(parts).toEqual([
    [2100, 4100],
    [4100, 5000],
  ]);
});

/** The answer of kafkajs for one record as it is kept since before Kafka 0.11: a message of version 0, without a time, or 1. */
async function messageSetOf(version: 0 | 1, value: Buffer) {
  const require = createRequire(import.meta.url);
  const int = (bytes: 1 | 4 | 8, number: number) => {
    const buffer = Buffer.alloc(bytes);
    buffer.writeIntBE(number, Math.max(0, bytes - 4), Math.min(4, bytes));
    return buffer;
  };
  const time = version === 0 ? [] : [int(8, 7)];
  const message = [int(4, 0), int(1, version), int(1, 0), ...time, int(4, -1), int(4, value.length), value];
  const set = Buffer.concat([int(8, 5), int(4, Buffer.concat(message).length), ...message]);
  const Decoder = require('kafkajs/src/protocol/decoder');
  const decode = require('kafkajs/src/protocol/requests/fetch/v4/decodeMessages');
  return decode(new Decoder(Buffer.concat([int(4, set.length), set])));
}

test.each([
  [0, '-1'],
  [1, '7'],
] as const)(
  'reads message sets of version %i, which have neither headers nor transactions',
  async (version, timestamp) => {
    const range = { topic: 'log', partition: 0, from: 5, to: 6 };
    const messages = await messageSetOf(version, Buffer.from('{"a":1}'));
    const fetched = { partition: 0, abortedTransactions: [], messages };
    const found = [];
    for await (const { records } of unpacked({ range, fetched, packed: undefined, nextOffset: 6 }))
      found.push(...records);
    expect(found).toMatchObject([{ offset: '5', timestamp, headers: {}, isControlRecord: false }]);
    expect(found.map(record => headerOf(record, 'ce_id'))).toEqual(['']);
  },
);

test('counts what cannot be read of a batch, and keeps what was read before', async () => {
  const batch = await batchOf(10, Buffer.from('good'), Buffer.from('bad'), Buffer.from('bad'));
  // The length of the value of the second record.
  batch[batch.indexOf('bad') - 1] = 120;
  const found = [];
  for await (const part of unpack(Buffer.concat([batch, emptyBatch(20, 4)]))) found.push(part);
  expect(found).toMatchObject([{ records: [{ offset: '10' }], end: 25, broken: [{ from: 11, to: 13, records: 2 }] }]);
});

test('returns large values one by one, and small ones together', async () => {
  const values = [4_200_000, 4_200_000, 10, 10];
  const batches = await Promise.all(values.map((bytes, offset) => batchOf(offset, Buffer.alloc(bytes))));
  const found = [];
  for await (const { records } of unpack(Buffer.concat(batches))) found.push(records.map(({ value }) => value?.length));
  expect(found).toEqual([[4_200_000], [4_200_000], [10, 10]]);
});

/** As kafkajs's broker does: the request is looked up on the object itself. */
class Node {
  readonly asked: number[] = [];

  lookupRequest(_apiKey: number, _definition: unknown) {
    const { decode } = createRequire(import.meta.url)('kafkajs/src/protocol/requests/fetch/v11/response');
    return () => ({ request: { apiVersion: 11 }, response: { decode } });
  }

  async fetch({ topics }: Parameters<BrokerNode['fetch']>[0]) {
    const from = Number(topics[0]?.partitions[0]?.fetchOffset);
    this.asked.push(from);
    if (this.asked.length > 5) throw new Error(`asked for offset ${from} again and again`);
    const records = from < 20 ? emptyBatch(10, 9) : emptyBatch(20, 19);
    return this.lookupRequest(1, {})().response.decode(answerOf(records, 11));
  }
}

test('goes on over batches that compaction has emptied, to the end of the range', async () => {
  const node = new Node();
  const cluster: Partial<BrokerCluster> = {
    connect: async () => undefined,
    disconnect: async () => undefined,
    metadata: async () => ({
      clusterId: 'a',
      topicMetadata: [{ topic: 'log', partitionMetadata: [{ partitionId: 0, leader: 1 }] }],
    }),
    findBroker: async () => node as unknown as BrokerNode,
  };
  const reader = new PartitionReader({ url: 'kafka://fake', cluster: () => cluster } as unknown as KafkaClient);
  const ends: number[] = [];
  for await (const { records, nextOffset } of reader.read([{ topic: 'log', partition: 0, from: 10, to: 40 }])) {
    expect(records).toEqual([]);
    ends.push(nextOffset);
  }
  await reader.close();
  expect({ ends, asked: node.asked }).toEqual({ ends: [20, 40], asked: [10, 20] });
});
