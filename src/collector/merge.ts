import { closeSync, openSync, readSync } from 'node:fs';
import TinyQueue from 'tinyqueue';
import { inDatasetOrder } from '../dataset/dataset-order.ts';
import { CqshopError } from '../errors.ts';
import { type MessageLine, parseMessageLine } from '../messaging/message-line.ts';

const newline = 10;
const blockBytes = 128 * 1024;

/** Messages of a partition that a live broker may keep out of the order of their times. */
const reorderWindow = 10_000;

/** A partition's messages, in a file of JSON lines of which the first `bytes` count. */
export type PartitionLines = {
  readonly path: string;
  readonly bytes: number;
  readonly topic: string;
  readonly partition: number;
  readonly low: number;
};

/** A message with its place, in the order of a dataset. */
export type MergedMessage = MessageLine & { readonly topic: string; readonly partition: number };

/**
 * Merges partitions by time, topic, partition, offset; holds one block of each, never a whole partition.
 *
 * @param isTimeOrdered false for partitions that are a little out of order: up to 10,000 messages of each are held back
 * @throws BROKER_CORRUPT when a line is no message, offsets do not rise, or a message is too far out of order
 */
export function* mergeByTime(partitions: readonly PartitionLines[], isTimeOrdered: boolean): Generator<MergedMessage> {
  const cursors = partitions.map(lines => new Cursor(lines, isTimeOrdered));
  try {
    const queue = new TinyQueue(
      cursors.filter(cursor => cursor.advance()),
      compareCursors,
    );
    for (let first = queue.pop(); first !== undefined; first = queue.pop()) {
      const second = queue.peek();
      do yield first.current;
      while (first.advance() && (second === undefined || compareCursors(first, second) < 0));
      if (!first.isAtEnd) queue.push(first);
    }
  } finally {
    for (const cursor of cursors) cursor.close();
  }
}

function compareCursors(a: Cursor, b: Cursor): number {
  return inDatasetOrder(a.current, b.current);
}

class Cursor {
  readonly #lines: PartitionLines;
  readonly #messages: Generator<MergedMessage>;
  #current: MergedMessage | undefined;
  #timeMs = Number.NEGATIVE_INFINITY;

  constructor(lines: PartitionLines, isTimeOrdered: boolean) {
    this.#lines = lines;
    this.#messages = isTimeOrdered ? readMessages(lines) : reordered(readMessages(lines));
  }

  get isAtEnd(): boolean {
    return this.#current === undefined;
  }

  get current(): MergedMessage {
    if (this.#current === undefined) throw new TypeError('the cursor is at its end');
    return this.#current;
  }

  /** False at the end. */
  advance(): boolean {
    const next = this.#messages.next();
    if (next.done === true) {
      this.#current = undefined;
      return false;
    }
    const { message, offset } = next.value;
    if (message.time < this.#timeMs) {
      throw corrupt(
        `${this.#lines.topic}/${this.#lines.partition} at offset ${offset}`,
        `its time is ${this.#timeMs - message.time} ms before that of a message long before it`,
        'messages in the order of their times',
      );
    }
    this.#current = next.value;
    this.#timeMs = message.time;
    return true;
  }

  close(): void {
    this.#messages.return(undefined);
  }
}

function* reordered(messages: Generator<MergedMessage>): Generator<MergedMessage> {
  const held = new TinyQueue<MergedMessage>([], inDatasetOrder);
  for (const message of messages) {
    held.push(message);
    if (held.length <= reorderWindow) continue;
    const first = held.pop();
    if (first !== undefined) yield first;
  }
  for (let next = held.pop(); next !== undefined; next = held.pop()) yield next;
}

function* readMessages(lines: PartitionLines): Generator<MergedMessage> {
  const { path, bytes, topic, partition, low } = lines;
  const place = () => `${topic}/${partition} after offset ${last}`;
  let last = low - 1;
  const descriptor = openSync(path, 'r');
  try {
    for (const block of readLineBlocks(descriptor, bytes)) {
      for (const line of block.split('\n')) {
        if (line === '') continue;
        const { offset, message, dataJson } = parseMessageLine(line, place);
        if (offset <= last) throw corrupt(place(), `the next offset is ${offset}`, 'a higher one');
        last = offset;
        yield { topic, partition, offset, message, dataJson };
      }
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Blocks of whole lines. Whatever follows the last newline is a line too. */
function* readLineBlocks(descriptor: number, bytes: number): Generator<string> {
  const block = Buffer.allocUnsafe(blockBytes);
  let rest: Buffer = Buffer.alloc(0);
  for (let position = 0; position < bytes; ) {
    const read = readSync(descriptor, block, 0, Math.min(blockBytes, bytes - position), position);
    if (read === 0) break;
    position += read;
    const text: Buffer = rest.length === 0 ? block.subarray(0, read) : Buffer.concat([rest, block.subarray(0, read)]);
    const end = text.lastIndexOf(newline) + 1;
    rest = Buffer.from(text.subarray(end));
    if (end > 0) yield text.toString('utf8', 0, end);
  }
  if (rest.length > 0) yield rest.toString('utf8');
}

function corrupt(place: string, what: string, expected: string): CqshopError {
  return new CqshopError('BROKER_CORRUPT', `Cannot merge ${place}: ${what}, expected ${expected}`);
}
