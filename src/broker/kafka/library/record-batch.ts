import type { FetchedRecord } from './broker-cluster.ts';
import { type CodecName, codecNames, codecs } from './codecs.ts';

/** Where things are in a batch of records (https://kafka.apache.org/documentation/#recordbatch). */
export const head = {
  lengthAt: 8,
  magicAt: 16,
  attributesAt: 21,
  lastOffsetDeltaAt: 23,
  firstTimestampAt: 27,
  maxTimestampAt: 35,
  producerIdAt: 43,
  recordsAt: 57,
  bytes: 61,
} as const;

const attribute = { codec: 0x07, isStampedByBroker: 0x08, isTransactional: 0x10, isControl: 0x20 } as const;

/**
 * Unpacks one whole batch, and then reads its records one by one. kafkajs reads all of them at once, takes a time that grows with the square of the
 * number of a record's headers, and takes a header `toString` or `__proto__` for one that is there twice.
 *
 * @throws Error when it cannot be unpacked, or at the first record that cannot be read
 */
export async function decodeRecordBatch(batch: Buffer): Promise<Iterable<FetchedRecord>> {
  if (batch.readInt32BE(head.recordsAt) <= 0) return [];
  const packed = batch.subarray(head.bytes);
  const codec = codecOf(batch);
  if (codec === undefined) throw new Error('its codec is not known');
  return recordsIn(batch, new Cursor(codec === 'none' ? packed : await codecs[codec].unpack(packed)));
}

/** How a batch is packed; undefined for a codec that is newer than this program. */
export function codecOf(batch: Buffer): CodecName | undefined {
  return codecNames[batch.readInt16BE(head.attributesAt) & attribute.codec];
}

function* recordsIn(batch: Buffer, unpacked: Cursor): Generator<FetchedRecord> {
  const attributes = batch.readInt16BE(head.attributesAt);
  const firstOffset = Number(batch.readBigInt64BE(0));
  const firstTimestamp = batch.readBigInt64BE(head.firstTimestampAt);
  const brokersTime = attributes & attribute.isStampedByBroker ? batch.readBigInt64BE(head.maxTimestampAt) : undefined;
  const isControlRecord = (attributes & attribute.isControl) !== 0;
  const batchContext = {
    producerId: String(batch.readBigInt64BE(head.producerIdAt)),
    inTransaction: (attributes & attribute.isTransactional) !== 0,
  };
  for (let left = batch.readInt32BE(head.recordsAt); left > 0; left--) {
    const record = new Cursor(unpacked.bytes() ?? Buffer.alloc(0));
    // Attributes, which no record has yet.
    record.byte();
    const timestamp = firstTimestamp + record.bigint();
    const offset = firstOffset + record.integer();
    yield {
      offset: String(offset),
      timestamp: String(brokersTime ?? timestamp),
      key: record.bytes(),
      value: record.bytes(),
      headers: headersIn(record),
      isControlRecord,
      batchContext,
    };
  }
}

function headersIn(record: Cursor): FetchedRecord['headers'] {
  const headers = new Map<string, Buffer | null | (Buffer | null)[]>();
  for (let left = record.integer(); left > 0; left--) {
    const name = String(record.bytes() ?? '');
    const value = record.bytes();
    const held = headers.get(name);
    if (Array.isArray(held)) held.push(value);
    else headers.set(name, held === undefined ? value : [held, value]);
  }
  return Object.fromEntries(headers);
}

/** Reads bytes from front to back. @throws RangeError behind their end */
export class Cursor {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new RangeError('the bytes end too early');
    this.#at += 1;
    return byte;
  }

  /** A whole number from 0, seven bits a byte, the lowest first: 8203 is 386. */
  unsigned(): number {
    const first = this.byte();
    // Nearly all of them.
    if (first < 0x80) return first;
    let value = first & 0x7f;
    for (let factor = 128; ; factor *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  }

  /** A whole number in the zigzag form of Protocol Buffers: 03 is -2. */
  integer(): number {
    const value = this.unsigned();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** A whole number of 64 bits in zigzag form. */
  bigint(): bigint {
    const start = this.#at;
    const rounded = this.integer();
    if (this.#at - start <= 7) return BigInt(rounded);
    const sevens = [...this.#bytes.subarray(start, this.#at)].map(byte => BigInt(byte & 0x7f));
    const value = sevens.reduceRight((sum, seven) => (sum << 7n) | seven, 0n);
    return BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n));
  }

  /** Bytes with their number before them; null for the number -1. */
  bytes(): Buffer | null {
    const length = this.integer();
    return length < 0 ? null : this.take(length);
  }

  /** The next `length` bytes. */
  take(length: number): Buffer {
    const start = this.#at;
    this.#at += length;
    if (this.#at > this.#bytes.length) throw new RangeError('the bytes end too early');
    return this.#bytes.subarray(start, this.#at);
  }
}
