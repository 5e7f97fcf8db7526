import TinyQueue from 'tinyqueue';
import { inDatasetOrder } from '../dataset/dataset-order.ts';
import { inTimeOrder } from './in-time-order.ts';
import { corrupt, type MergedMessage, type PartitionLines, readMessages } from './partition-lines.ts';

/**
 * The order of a partition's messages: 'by time'; 'nearly', sorted among 10,000 messages, where later ones are an error; 'late apart', as 'nearly' but
 * without the later ones, which `withLateApart` has written to files of their own.
 */
export type PartitionOrder = 'by time' | 'nearly' | 'late apart';

/**
 * Merges partitions by time, topic, partition, offset; holds one block of each, never a whole partition.
 *
 * @throws BROKER_CORRUPT when a line is no message, offsets do not rise, or a message is too far out of order
 */
export function* mergeByTime(partitions: readonly PartitionLines[], order: PartitionOrder): Generator<MergedMessage> {
  const cursors = cursorsOf(partitions, order);
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

function cursorsOf(partitions: readonly PartitionLines[], order: PartitionOrder): readonly Cursor[] {
  switch (order) {
    case 'by time':
      return partitions.map(lines => new Cursor(assertTimeOrder(readMessages(lines))));
    case 'nearly':
      return partitions.map(lines => new Cursor(inTimeOrder(readMessages(lines))));
    case 'late apart':
      return partitions.map(lines => new Cursor(inTimeOrder(readMessages(lines), () => undefined)));
  }
}

function compareCursors(a: Cursor, b: Cursor): number {
  return inDatasetOrder(a.current, b.current);
}

function* assertTimeOrder(messages: Generator<MergedMessage>): Generator<MergedMessage> {
  let timeMs = Number.NEGATIVE_INFINITY;
  for (const merged of messages) {
    const { message, topic, partition, offset } = merged;
    if (message.time < timeMs) {
      throw corrupt(`${topic}/${partition} at offset ${offset}`)(
        `its time is ${timeMs - message.time} ms before that of the message before it`,
        'messages in the order of their times',
      );
    }
    timeMs = message.time;
    yield merged;
  }
}

class Cursor {
  readonly #messages: Generator<MergedMessage>;
  #current: MergedMessage | undefined;

  constructor(messages: Generator<MergedMessage>) {
    this.#messages = messages;
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
    this.#current = next.done === true ? undefined : next.value;
    return next.done !== true;
  }

  close(): void {
    this.#messages.return(undefined);
  }
}
