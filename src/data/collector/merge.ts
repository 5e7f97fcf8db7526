import TinyQueue from 'tinyqueue';
import { inDatasetOrder } from '../dataset/dataset-order.ts';
import { inTimeOrder, type ReorderWindow, reorderWindowFor } from './in-time-order.ts';
import { corrupt, type MergedMessage, type PartitionLines, readMessages } from './partition-lines.ts';

/**
 * The order of a partition's messages: 'by time'; 'nearly', sorted among those of a window, where later ones are an error; or without the later ones,
 * which `withLateApart` has written to files of their own with the same window.
 */
export type PartitionOrder = 'by time' | 'nearly' | { readonly lateApart: ReorderWindow };

/**
 * Merges partitions by time, topic, partition, offset; holds one block of each, never a whole partition.
 *
 * @throws BROKER_CORRUPT when a line is no message, offsets do not rise, or a message is too far out of order
 */
export function* mergeByTime(partitions: readonly PartitionLines[], order: PartitionOrder): Generator<MergedMessage> {
  const all = partitions.map(lines => ordered(lines, order));
  try {
    const queue = new TinyQueue<Cursor>([], (a, b) => inDatasetOrder(a.current, b.current));
    for (const messages of all) {
      const first = messages.next();
      if (first.done !== true) queue.push({ messages, current: first.value });
    }
    for (let first = queue.pop(); first !== undefined; first = queue.pop()) {
      const second = queue.peek();
      let isOpen: boolean;
      do {
        yield first.current;
        isOpen = advance(first);
      } while (isOpen && (second === undefined || inDatasetOrder(first.current, second.current) < 0));
      if (isOpen) queue.push(first);
    }
  } finally {
    for (const messages of all) messages.return(undefined);
  }
}

function ordered(lines: PartitionLines, order: PartitionOrder): Generator<MergedMessage> {
  if (order === 'by time') return assertTimeOrder(readMessages(lines));
  if (order === 'nearly') return inTimeOrder(readMessages(lines), reorderWindowFor(1));
  return inTimeOrder(readMessages(lines), order.lateApart, () => undefined);
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

/** A partition's messages, at one of them. */
type Cursor = { readonly messages: Generator<MergedMessage>; current: MergedMessage };

/** False at the end. */
function advance(cursor: Cursor): boolean {
  const next = cursor.messages.next();
  if (next.done !== true) cursor.current = next.value;
  return next.done !== true;
}
