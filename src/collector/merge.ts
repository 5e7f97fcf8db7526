import TinyQueue from 'tinyqueue';
import { inDatasetOrder } from '../dataset/dataset-order.ts';
import { corrupt, type MergedMessage, type PartitionLines, readMessages } from './partition-lines.ts';
import { inTimeOrder, withLateApart } from './time-order.ts';

/** How the messages of a partition come. */
export type PartitionOrder =
  | { readonly kind: 'by time' }
  /** Up to 10,000 messages of each are held back until it is their turn; later ones are an error. */
  | { readonly kind: 'nearly' }
  /** What is later than that is set apart first, in files in `dir`. Costs one more reading of all. */
  | { readonly kind: 'any'; readonly dir: string };

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
  switch (order.kind) {
    case 'by time':
      return partitions.map(lines => new Cursor(refusingDisorder(readMessages(lines))));
    case 'nearly':
      return partitions.map(lines => new Cursor(inTimeOrder(readMessages(lines))));
    case 'any':
      return partitions
        .flatMap(lines => withLateApart(lines, order.dir))
        .map(lines => new Cursor(inTimeOrder(readMessages(lines), () => undefined)));
  }
}

function compareCursors(a: Cursor, b: Cursor): number {
  return inDatasetOrder(a.current, b.current);
}

function* refusingDisorder(messages: Generator<MergedMessage>): Generator<MergedMessage> {
  let timeMs = Number.NEGATIVE_INFINITY;
  for (const merged of messages) {
    const { message, topic, partition, offset } = merged;
    if (message.time < timeMs) {
      throw corrupt(
        `${topic}/${partition} at offset ${offset}`,
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
