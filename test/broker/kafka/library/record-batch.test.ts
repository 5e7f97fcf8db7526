import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { type CodecName, codecNames } from '../../../../src/broker/kafka/library/codecs.ts';
import { compressionOf, createLibrary } from '../../../../src/broker/kafka/library/kafkajs.ts';
import { head, decodeRecordBatch as recordsOf } from '../../../../src/broker/kafka/library/record-batch.ts';

const require = createRequire(import.meta.url);
const encodeRecord = require('kafkajs/src/protocol/recordBatch/record/v0');
const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0');
const Decoder = require('kafkajs/src/protocol/decoder');
const decodeByLibrary = require('kafkajs/src/protocol/recordBatch/v0/decoder');
// Whoever makes the library has the codecs registered.
createLibrary({ brokers: ['127.0.0.1:1'] }, { requestTimeoutMs: 1, retries: 0, maxRetryMs: 1 });

const firstTimestamp = 1_772_409_600_000;

type Draft = {
  readonly key?: Buffer | null;
  readonly value?: Buffer | null;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly timestampDelta?: number;
};

/** As a producer writes it. */
async function batchOf(
  drafts: readonly Draft[],
  more: { codec?: CodecName; firstTimestamp?: number } = {},
): Promise<Buffer> {
  const records = drafts.map(({ key = null, value = null, headers = {}, timestampDelta = 0 }, offsetDelta) =>
    encodeRecord({ key, value, headers, offsetDelta, timestampDelta }),
  );
  const batch = await RecordBatch({
    ...{ records, compression: compressionOf(more.codec ?? 'none'), firstTimestamp, maxTimestamp: firstTimestamp + 9 },
    ...{ lastOffsetDelta: records.length - 1, producerId: '42', transactional: true, ...more },
  });
  return batch.buffer.subarray(0, batch.size());
}

const decodeRecordBatch = async (batch: Buffer) => [...(await recordsOf(batch))];

const several: readonly Draft[] = [
  { key: Buffer.from('k'), value: Buffer.from('{"a":1}'), headers: { h: 'x', twice: ['a', 'b', 'c'], empty: '' } },
  { key: Buffer.alloc(0), value: null, timestampDelta: -5 },
  { value: Buffer.alloc(300, 'v'), timestampDelta: 2 ** 40 },
  { timestampDelta: 63 },
  { timestampDelta: -64 },
  { timestampDelta: 64 },
];

describe('decodeRecordBatch', () => {
  test.each(codecNames)('reads what a producer has packed with %s as kafkajs does', async codec => {
    const batch = await batchOf(several, { codec });
    batch.writeBigInt64BE(123n, 0);
    const { records } = await decodeByLibrary(new Decoder(batch));
    const found = await decodeRecordBatch(batch);
    expect(found).toHaveLength(several.length);
    for (const [index, record] of found.entries()) expect(records[index]).toMatchObject(record);
    expect(found[1]).toMatchObject({ offset: '124', timestamp: String(firstTimestamp - 5), value: null });
  });

  test('takes the names of headers for nothing but names, and the value of one may be missing', async () => {
    const names = ['toString', 'constructor', '__proto__', 'ü'];
    const headers = Object.fromEntries(names.map(name => [name, 'x']));
    const batch = await batchOf([{ headers: { ...headers, missing: 'yz' } }]);
    // The length of the last value, which ends the batch, becomes -1.
    const missing = Buffer.concat([batch.subarray(0, -3), Buffer.from([1])]);
    missing.writeInt8(missing.readInt8(head.bytes) - 4, head.bytes);
    const [record] = await decodeRecordBatch(missing);
    expect(Object.entries(record?.headers ?? {})).toEqual([
      ...names.map(name => [name, Buffer.from('x')]),
      ['missing', null],
    ]);
  });

  test('reads as many headers as a record may hold', async () => {
    // A time that grows with the square of their number would be an hour.
    const headers = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`h${index}`, '']));
    const [record] = await decodeRecordBatch(await batchOf([{ headers }]));
    expect(Object.keys(record?.headers ?? {})).toEqual(Object.keys(headers));
  });

  test('takes the time of the broker where that has stamped the batch', async () => {
    const batch = await batchOf(several);
    batch.writeInt16BE(batch.readInt16BE(head.attributesAt) | 0x08, head.attributesAt);
    const times = (await decodeRecordBatch(batch)).map(({ timestamp }) => timestamp);
    expect(new Set(times)).toEqual(new Set([String(firstTimestamp + 9)]));
  });

  test('adds times of 64 bits exactly', async () => {
    const batch = await batchOf([{ timestampDelta: -(2 ** 62) }]);
    batch.writeBigInt64BE(2n ** 62n + 123n, head.firstTimestampAt);
    expect(await decodeRecordBatch(batch)).toMatchObject([{ timestamp: '123' }]);
  });

  test.each([
    ['holds fewer records than it says', { at: head.recordsAt + 3, byte: 9 }],
    ['holds a record that is longer than all of it', { at: head.bytes, byte: 126 }],
    ['is packed with a codec that is not known', { at: head.attributesAt + 1, byte: 7 }],
  ])('throws where a batch %s', async (_, { at, byte }) => {
    const batch = await batchOf([{ value: Buffer.from('{}') }]);
    batch[at] = byte;
    await expect(decodeRecordBatch(batch)).rejects.toThrow();
  });
});
