import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { codecs, zstdHead } from '../../../../src/broker/kafka/library/codecs.ts';

const texts = [
  Buffer.alloc(0),
  Buffer.from('a'),
  Buffer.from('{"a":1}'.repeat(200_000)),
  // What cannot be made smaller.
  randomBytes(300_000),
];

test.each(Object.entries(codecs))('%s unpacks what it has packed', async (_, { pack, unpack }) => {
  for (const bytes of texts) expect((await unpack(await pack(bytes))).equals(bytes)).toBe(true);
});

test.each(Object.entries(codecs))('%s refuses what is damaged', async (_, { unpack }) => {
  await expect(unpack(Buffer.from('no such thing, and long enough to look at'))).rejects.toThrow();
});

test('unpacks frames of zstd that do not state their size', async () => {
  const text = Buffer.from('{"a":1}'.repeat(500_000));
  const packed = await codecs.zstd.pack(text);
  expect(zstdHead(packed).contentSize).toBe(text.length);
  // The same frame as a program writes it that compresses a stream: the size left out, a window of 4 MiB instead.
  const descriptor = packed[4] ?? 0;
  const sizeBytes = [(descriptor & 0x20) === 0 ? 0 : 1, 2, 4, 8][descriptor >> 6] ?? 0;
  const rest = packed.subarray(5 + ((descriptor & 0x20) === 0 ? 1 : 0) + sizeBytes);
  const streamed = Buffer.concat([packed.subarray(0, 4), Buffer.from([descriptor & 0x04, 0x60]), rest]);
  expect(zstdHead(streamed).contentSize).toBeUndefined();
  expect((await codecs.zstd.unpack(streamed)).equals(text)).toBe(true);
});

test('unpacks several frames of zstd, one after the other', async () => {
  const frames = await Promise.all(texts.map(codecs.zstd.pack));
  expect((await codecs.zstd.unpack(Buffer.concat(frames))).equals(Buffer.concat(texts))).toBe(true);
});

test('many small frames of zstd take little memory', async () => {
  const text = Buffer.from('{"a":1}'.repeat(7));
  const frame = await codecs.zstd.pack(text);
  const frames = Buffer.concat(Array.from({ length: 20_000 }, () => frame));
  const before = process.memoryUsage().arrayBuffers;
  expect((await codecs.zstd.unpack(frames)).length).toBe(20_000 * text.length);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64e6);
});

test('leaves out frames of zstd that are to be skipped', async () => {
  const text = Buffer.from('{"a":1}'.repeat(1000));
  const packed = await codecs.zstd.pack(text);
  const skippable = Buffer.from([0x5f, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
  const found = await codecs.zstd.unpack(Buffer.concat([skippable, packed, skippable, packed, skippable]));
  expect(found.equals(Buffer.concat([text, text]))).toBe(true);
});

test('lz4 frames with a checksum behind each block are read', async () => {
  const text = Buffer.from('a message of Kafka, '.repeat(300_000));
  const packed = await codecs.lz4.pack(text);
  const parts = [packed.subarray(0, 7)];
  for (let at = 7; ; ) {
    const end = at + 4 + (packed.readUInt32LE(at) & 0x7fffffff);
    if (end === at + 4) break;
    parts.push(packed.subarray(at, end), Buffer.alloc(4, 0xff));
    at = end;
  }
  const frame = Buffer.concat([...parts, Buffer.alloc(4)]);
  frame[4] = 0x70;
  expect((await codecs.lz4.unpack(frame)).equals(text)).toBe(true);
});
