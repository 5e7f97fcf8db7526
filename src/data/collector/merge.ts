import { mergeSorted } from '../../base/merge-sorted.ts';
import { inDatasetOrder } from '../dataset/dataset-order.ts';
import { inTimeOrder, type ReorderWindow, reorderWindowFor } from './in-time-order.ts';
import {
  corrupt,
  type MergedMessage,
  messageIn,
  type PartitionLine,
  type PartitionLines,
  readLines,
} from './partition-lines.ts';

/**
 * The order of a partition's messages: 'by time'; 'nearly', sorted among those of a window, where later ones are an error; or without the later ones,
 * which `withLateApart` has written to files of their own with the same window.
 */
export type PartitionOrder = 'by time' | 'nearly' | { readonly lateApart: ReorderWindow };

/**
 * Merges partitions by time, topic, partition, offset; holds one block of each, never a whole partition or several long messages.
 *
 * @throws BROKER_CORRUPT when a line is no message, offsets do not rise, or a message is too far out of order
 */
export function* mergeByTime(partitions: readonly PartitionLines[], order: PartitionOrder): Generator<MergedMessage> {
  const all = partitions.map(lines => ordered(lines, order));
  for (const line of mergeSorted(all, inDatasetOrder)) yield messageIn(line);
}

function ordered(lines: PartitionLines, order: PartitionOrder): Generator<PartitionLine> {
  if (order === 'by time') return assertTimeOrder(readLines(lines));
  if (order === 'nearly') return inTimeOrder(readLines(lines), reorderWindowFor(1));
  return inTimeOrder(readLines(lines), order.lateApart, () => undefined);
}

function* assertTimeOrder(lines: Generator<PartitionLine>): Generator<PartitionLine> {
  let timeMs = Number.NEGATIVE_INFINITY;
  for (const line of lines) {
    const { message, topic, partition, offset } = line;
    if (message.time < timeMs) {
      throw corrupt(`${topic}/${partition} at offset ${offset}`)(
        `its time is ${timeMs - message.time} ms before that of the message before it`,
        'messages in the order of their times',
      );
    }
    timeMs = message.time;
    yield line;
  }
}
