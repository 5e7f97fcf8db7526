import { closeSync, openSync, readSync } from 'node:fs';
import { type Cannot, cannot } from '../../base/errors.ts';
import { type MessageLine, parseMessageLine } from '../../broker/message-line.ts';

const newline = 10;
const blockBytes = 128 * 1024;

/** A partition's messages, in a file of JSON lines; only its first `bytes` count. */
export type PartitionLines = {
  readonly path: string;
  readonly bytes: number;
  readonly topic: string;
  readonly partition: number;
  readonly low: number;
};

/** A message with its place. */
export type MergedMessage = MessageLine & { readonly topic: string; readonly partition: number };

/** A message as its line has it. */
export type MessageOfLine = MergedMessage & { readonly line: string };

/**
 * The messages of a partition by their offsets, a block at a time.
 *
 * @throws BROKER_CORRUPT when a line is no message, or offsets do not rise
 */
export function* readMessages(lines: PartitionLines): Generator<MessageOfLine> {
  const { path, bytes, topic, partition, low } = lines;
  const place = () => `${topic}/${partition} after offset ${last}`;
  let last = low - 1;
  const descriptor = openSync(path, 'r');
  try {
    for (const block of readLineBlocks(descriptor, bytes)) {
      for (const line of block.split('\n')) {
        if (line === '') continue;
        const { offset, message, dataJson } = parseMessageLine(line, place);
        if (offset <= last) throw corrupt(place())(`the next offset is ${offset}`, 'a higher one');
        last = offset;
        yield { topic, partition, offset, message, dataJson, line };
      }
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Blocks of whole lines. Whatever follows the last newline is a line too. */
function* readLineBlocks(descriptor: number, bytes: number): Generator<string> {
  const block = Buffer.allocUnsafe(blockBytes);
  // A line may be much longer than a block: its parts are put together once.
  let rest: Buffer[] = [];
  for (let position = 0; position < bytes; ) {
    const read = readSync(descriptor, block, 0, Math.min(blockBytes, bytes - position), position);
    if (read === 0) break;
    position += read;
    const end = block.subarray(0, read).lastIndexOf(newline) + 1;
    if (end > 0) {
      const lines = Buffer.concat([...rest, block.subarray(0, end)]);
      rest = [];
      yield lines.toString('utf8');
    }
    if (end < read) rest.push(Buffer.from(block.subarray(end, read)));
  }
  if (rest.length > 0) yield Buffer.concat(rest).toString('utf8');
}

/** @param place names the message */
export function corrupt(place: string): Cannot {
  return cannot('BROKER_CORRUPT', `merge ${place}`);
}
