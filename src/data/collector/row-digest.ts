import { createHash } from 'node:crypto';
import type { MessagePlace } from '../../broker/message.ts';
import {
  longLineBytes,
  type PayloadPlace,
  parseLongLine,
  parseMessageLine,
  unescaped,
} from '../../broker/message-line.ts';
import type { MessageBatch } from '../../broker/message-source.ts';
import type { EventRecord } from '../dataset/record.ts';
import { recordOf, rowOf } from '../dataset/record-of.ts';

/** A row of `events.csv` for a comparison: without its payload, which may be as long as a message of Kafka. */
export type Row = {
  /** In the order of `eventColumns`; the payload is shortened. */
  readonly fields: readonly string[];
  /** Of the whole row: the first 64 bits of a SHA-256. */
  readonly hash: bigint;
};

export function rowInDataset(record: EventRecord): Row {
  const row = rowOf(record);
  return rowWith(row, row.at(-1) ?? '');
}

/** The rows that the messages of a batch make. Those of other programs are not parsed again. @throws BROKER_CORRUPT when a line is no message */
export function* rowsInBroker({ topic, partition, lines }: MessageBatch): Generator<Row & MessagePlace> {
  const bytes = Buffer.from(lines.buffer, lines.byteOffset, lines.length);
  const place = () => `${topic}/${partition}`;
  for (let at = 0, end = 0; at < bytes.length; at = end + 1) {
    end = bytes.indexOf('\n', at);
    const line = bytes.subarray(at, end);
    const long =
      line.length > longLineBytes ? parseLongLine(line.subarray(0, longLineBytes), line.length, place) : undefined;
    const read = long ?? parseMessageLine(line.toString(), place);
    const stored = { topic, partition, ...read };
    const row = rowOf(recordOf(stored), { ...stored, columns: stored.message.columns });
    const payload = long === undefined ? read.dataJson : payloadIn(line, long.payload);
    yield { topic, partition, offset: read.offset, ...rowWith(row, payload) };
  }
}

function payloadIn(line: Buffer, { start, end, isEscaped }: PayloadPlace): Iterable<Buffer> {
  const blocks = blocksOf(line.subarray(start, end));
  return isEscaped ? unescaped(blocks) : blocks;
}

const blockBytes = 64 * 1024;

function* blocksOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += blockBytes) yield bytes.subarray(at, at + blockBytes);
}

function rowWith(row: readonly string[], payload: string | Iterable<Buffer>): Row {
  const fields = row.slice(0, -1);
  const hash = createHash('sha256').update(`${fields.join('\0')}\0`);
  let beginning = typeof payload === 'string' ? payload : '';
  for (const part of typeof payload === 'string' ? [payload] : payload) {
    hash.update(part);
    if (beginning === '') beginning = part.toString();
  }
  return { fields: [...fields, shortened(beginning)], hash: hash.digest().readBigUInt64LE() };
}

/** Its first 200 characters, as a text of its own that does not keep the whole. */
export function shortened(text: string): string {
  return text.length > 200 ? `${Buffer.from(text.slice(0, 200))}…` : text;
}
