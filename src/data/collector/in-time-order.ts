import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import TinyQueue from 'tinyqueue';
import { makeDirectory } from '../../base/whole-file.ts';
import { inDatasetOrder } from '../dataset/dataset-order.ts';
import { HashedFileWriter } from './hashed-file-writer.ts';
import { fileNameOf } from './partial-dataset.ts';
import { corrupt, type PartitionLine, type PartitionLines, readLines } from './partition-lines.ts';
import { bytesOf } from './text-in-file.ts';

/** How many messages of a partition are held to sort them by time, and characters, where the broker does not keep them in this order. */
export type ReorderWindow = { readonly messages: number; readonly characters: number };

/** 10,000 messages, or fewer if there are many partitions, since all partitions are held at once. */
export function reorderWindowFor(partitions: number): ReorderWindow {
  return {
    messages: Math.max(200, Math.min(10_000, Math.floor(100_000 / partitions))),
    characters: Math.floor((16 * 1024 * 1024) / Math.max(1, partitions)),
  };
}

/**
 * Lines in the order of their times. Lines that come after a later one was returned are late.
 *
 * @param onLate called with each late line, by offset; default: they are an error
 * @throws BROKER_CORRUPT
 */
export function* inTimeOrder(
  lines: Iterable<PartitionLine>,
  window: ReorderWindow,
  onLate: (late: PartitionLine, byMs: number) => void = assertInOrder,
): Generator<PartitionLine> {
  const held = new TinyQueue<PartitionLine>([], inDatasetOrder);
  let characters = 0;
  let goneMs = Number.NEGATIVE_INFINITY;
  for (const line of lines) {
    if (line.message.time < goneMs) {
      onLate(line, goneMs - line.message.time);
      continue;
    }
    held.push(line);
    characters += line.text.length;
    while (held.length > 1 && (held.length > window.messages || characters > window.characters)) {
      const first = held.pop();
      if (first === undefined) break;
      characters -= first.text.length;
      goneMs = first.message.time;
      yield first;
    }
  }
  for (let next = held.pop(); next !== undefined; next = held.pop()) yield next;
}

function assertInOrder({ topic, partition, offset }: PartitionLine, byMs: number): void {
  throw corrupt(`${topic}/${partition} at offset ${offset}`)(
    `its time is ${byMs} ms before that of a message long before it`,
    'messages in the order of their times',
  );
}

type Reordering = { readonly window: ReorderWindow; readonly signal?: AbortSignal | undefined };

/** Messages between two pauses for the progress bar and Ctrl-C. */
const messagesPerTurn = 2000;

/**
 * Splits a partition into parts that are in order: the partition without its late messages, the late ones without those that are late among them, and
 * so on. A backfill among today's messages makes two parts. Each further part costs one more pass over what is left.
 *
 * @param options.dir of the files that it writes, an empty one or none yet
 * @throws the signal's reason
 */
export async function withLateApart(
  lines: PartitionLines,
  { dir, ...reordering }: Reordering & { readonly dir: string },
): Promise<readonly PartitionLines[]> {
  const all = [lines];
  for (let rest: PartitionLines | undefined = lines; rest !== undefined; ) {
    const path = join(dir, `${fileNameOf(lines.topic)}-${lines.partition}.late-${all.length}.jsonl`);
    rest = await lateOf(rest, path, reordering);
    if (rest !== undefined) all.push(rest);
  }
  return all;
}

async function lateOf(
  lines: PartitionLines,
  path: string,
  { window, signal }: Reordering,
): Promise<PartitionLines | undefined> {
  let file: HashedFileWriter | undefined;
  const keep = ({ text }: PartitionLine) => {
    if (file === undefined) {
      makeDirectory(dirname(path));
      file = new HashedFileWriter(path);
    }
    if (typeof text === 'string') file.write(`${text}\n`);
    else {
      for (const bytes of bytesOf(text)) file.writeBytes(bytes);
      file.write('\n');
    }
  };
  let messages = 0;
  try {
    for (const _inOrder of inTimeOrder(readLines(lines), window, keep)) {
      messages += 1;
      if (messages % messagesPerTurn !== 0) continue;
      await setImmediate();
      signal?.throwIfAborted();
    }
    const written = file?.finish();
    return written === undefined ? undefined : { ...lines, path, bytes: written.bytes };
  } finally {
    file?.close();
  }
}
