import { closeSync, openSync, readSync } from 'node:fs';
import { type Cannot, cannot } from '../../base/errors.ts';
import type { MessagePlace, PartitionPlace } from '../../broker/message.ts';
import { longLineBytes, type MessageLine, parseLongLine, parseMessageLine } from '../../broker/message-line.ts';
import { bytesOf, type TextInFile } from './text-in-file.ts';

/** A partition's messages, in a file of JSON lines; only its first `bytes` count. */
export type PartitionLines = PartitionPlace & {
  readonly path: string;
  readonly bytes: number;
  readonly low: number;
};

/** A message with its place. */
export type MergedMessage = MessageLine &
  PartitionPlace & {
    /** Where the payload is, in place of `data` and `dataJson`, if it is long and a mapping has read it. */
    readonly payload?: TextInFile;
  };

/** One line of a partition's file, without its newline, and what it is sorted by. A long line stays in its file. */
export type PartitionLine = MessagePlace & {
  readonly message: { readonly time: number };
  readonly text: string | TextInFile;
};

const newline = 10;
/** Shared by all readers: each takes the text out at once. */
const block = Buffer.allocUnsafeSlow(longLineBytes);

/**
 * The lines of a partition by their offsets, a block at a time.
 *
 * @throws BROKER_CORRUPT when a line is no message, or offsets do not rise
 */
export function* readLines({ path, bytes, topic, partition, low }: PartitionLines): Generator<PartitionLine> {
  const place = () => `${topic}/${partition} after offset ${last}`;
  let last = low - 1;
  const descriptor = openSync(path, 'r');
  try {
    for (let position = 0; position < bytes; ) {
      const { lines, next } = linesAt(descriptor, path, { position, bytes });
      for (const text of lines) {
        if (text === '') continue;
        const { offset, time } = keyOf(text, place);
        if (offset <= last) throw corrupt(place())(`the next offset is ${offset}`, 'a higher one');
        last = offset;
        yield { topic, partition, offset, message: { time }, text };
      }
      position = next;
    }
  } finally {
    closeSync(descriptor);
  }
}

/** @throws BROKER_CORRUPT when the line is no message */
export function messageIn({ topic, partition, offset, text }: PartitionLine): MergedMessage {
  const place = () => `${topic}/${partition} at offset ${offset}`;
  const long = typeof text === 'string' ? undefined : longMessageIn(text, place);
  return { topic, partition, ...(long ?? parseMessageLine(textOf(text), place)) };
}

function longMessageIn(line: TextInFile, place: () => string) {
  const beginning = Buffer.concat([...bytesOf({ ...line, length: Math.min(longLineBytes, line.length) })]);
  const long = parseLongLine(beginning, line.length, place);
  if (long === undefined) return undefined;
  const { start, end, isEscaped } = long.payload;
  const payload = { path: line.path, position: line.position + start, length: end - start, isEscaped };
  return { ...long, payload };
}

/** The whole text of a line. */
export function textOf(text: PartitionLine['text']): string {
  return typeof text === 'string' ? text : Buffer.concat([...bytesOf(text)]).toString('utf8');
}

type Place = { readonly position: number; readonly bytes: number };

/** The whole lines of the block that begins at `position`, or one long line. Whatever follows the last newline is a line too. */
function linesAt(
  descriptor: number,
  path: string,
  { position, bytes }: Place,
): { readonly lines: readonly PartitionLine['text'][]; readonly next: number } {
  const held = readBlock(descriptor, { position, bytes });
  const end = held < longLineBytes ? held : block.lastIndexOf(newline) + 1;
  if (end > 0) return { lines: block.toString('utf8', 0, end).split('\n'), next: position + end };
  let next = position;
  for (let found = -1; found === -1 && next < bytes; ) {
    const more = readBlock(descriptor, { position: next, bytes });
    found = block.subarray(0, more).indexOf(newline);
    next += found === -1 ? more : found;
  }
  return { lines: [{ path, position, length: next - position }], next: next + 1 };
}

/** @returns the number of bytes; fewer than a block only at the end */
function readBlock(descriptor: number, { position, bytes }: Place): number {
  return readSync(descriptor, block, 0, Math.min(longLineBytes, bytes - position), position);
}

/** Offset and time, with which `lineOf` of message-line.ts begins a line. */
function keyOf(text: PartitionLine['text'], place: () => string): { readonly offset: number; readonly time: number } {
  const beginning = typeof text === 'string' ? text : textOf({ ...text, length: 100 });
  const [, offset, time] = /^\{"offset":(\d+),"time":(-?\d+),/.exec(beginning) ?? [];
  if (offset !== undefined) return { offset: Number(offset), time: Number(time) };
  const { offset: parsed, message } = parseMessageLine(textOf(text), place);
  return { offset: parsed, time: message.time };
}

/** @param place names the message */
export function corrupt(place: string): Cannot {
  return cannot('BROKER_CORRUPT', `merge ${place}`);
}
