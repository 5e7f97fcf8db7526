import { existsSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { CqshopError } from '../../base/errors.ts';
import type { MessageBatch, MessageSource, PartitionOffsets, PartitionRange } from '../message-source.ts';
import { Topics } from '../topics.ts';
import { partitionPath, readBrokerFile } from './embedded-log-layout.ts';

const newline = 10;
const batchBytes = 256 * 1024;

/**
 * Reads an embedded broker's log, while it is being written or afterwards. A last line without its newline is not there yet.
 *
 * @param options.topicPrefix only topics that begin with it, named without it; default ''
 * @throws BROKER_NOT_FOUND when the directory has no log; BROKER_UNREACHABLE when it may not be read; BROKER_CORRUPT when it has another kind of file
 */
export function openEmbeddedSource(dir: string, options: { readonly topicPrefix?: string } = {}): MessageSource {
  const topics = new Topics(options.topicPrefix);
  readBrokerFile(dir);
  const pathOf = (topic: string, partition: number) => partitionPath(dir, topics.full(topic), partition);
  return {
    url: `embedded:${dir}`,
    topicPrefix: topics.prefix,
    isTimeOrdered: true,
    clusterId: async () => readBrokerFile(dir).clusterId,
    partitions: async () => {
      const partitions: PartitionOffsets[] = [];
      for (const [name, topic] of Object.entries(readBrokerFile(dir).topics)) {
        if (!topics.owns(name)) continue;
        for (let partition = 0; partition < topic.partitions; partition++) {
          const high = await highOffset(partitionPath(dir, name, partition));
          partitions.push({ topic: topics.short(name), partition, low: 0, high });
        }
      }
      return partitions.sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1));
    },
    read: ranges => readRanges(ranges, pathOf),
    close: async () => undefined,
  };
}

async function* readRanges(
  ranges: readonly PartitionRange[],
  pathOf: (topic: string, partition: number) => string,
): AsyncGenerator<MessageBatch> {
  for (const { topic, partition, from, to } of ranges) {
    if (from >= to) continue;
    const path = pathOf(topic, partition);
    const file = await open(path, 'r');
    try {
      let position = await positionOf(file, path, from);
      for (let offset = from; offset < to; ) {
        const block = await readLines(file, position);
        if (block.length === 0) {
          throw corrupt(path, `it ends before offset ${offset}`, `messages up to offset ${to - 1}`);
        }
        const { messages, bytes } = firstLines(block, to - offset);
        offset += messages;
        position += bytes;
        yield { topic, partition, nextOffset: offset, messages, lines: block.subarray(0, bytes) };
      }
    } finally {
      await file.close();
    }
  }
}

/** Whole lines from a position that begins one; empty at the end of the file. */
async function readLines(file: FileHandle, position: number): Promise<Buffer> {
  for (let size = batchBytes; ; size *= 4) {
    const block = await readBlock(file, position, size);
    const end = block.lastIndexOf(newline) + 1;
    if (end > 0 || block.length < size) return block.subarray(0, end);
  }
}

function firstLines(block: Buffer, most: number): { messages: number; bytes: number } {
  let messages = 0;
  let bytes = 0;
  while (messages < most && bytes < block.length) {
    bytes = block.indexOf(newline, bytes) + 1;
    messages++;
  }
  return { messages, bytes };
}

/** The offset after the last whole line. */
async function highOffset(path: string): Promise<number> {
  if (!existsSync(path)) return 0;
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    for (let tail = 64 * 1024; ; tail *= 4) {
      const start = Math.max(0, size - tail);
      const block = await readBlock(file, start, size - start);
      const end = block.lastIndexOf(newline);
      if (end === -1 && start === 0) return 0;
      const begin = end <= 0 ? -1 : block.lastIndexOf(newline, end - 1);
      if (end !== -1 && (begin !== -1 || start === 0)) return offsetOf(block.subarray(begin + 1, end), path) + 1;
    }
  } finally {
    await file.close();
  }
}

/** The byte at which the line of an offset begins, found by bisection: lines are in offset order. */
async function positionOf(file: FileHandle, path: string, offset: number): Promise<number> {
  if (offset === 0) return 0;
  let low = 0;
  let high = (await file.stat()).size;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const line = await lineAfter(file, middle);
    if (line !== undefined && offsetOf(line.bytes, path) < offset) low = line.start + 1;
    else high = middle;
  }
  const line = await lineAfter(file, low);
  if (line === undefined || offsetOf(line.bytes, path) !== offset) {
    throw corrupt(path, `it has no offset ${offset}`, 'every offset from 0 on');
  }
  return line.start;
}

/** The first whole line that begins at or after a position. */
async function lineAfter(file: FileHandle, position: number): Promise<{ start: number; bytes: Buffer } | undefined> {
  for (let size = 4096; ; size *= 4) {
    const from = Math.max(0, position - 1);
    const block = await readBlock(file, from, size);
    const start = position === 0 ? 0 : block.indexOf(newline) + 1;
    const end = position === 0 || start > 0 ? block.indexOf(newline, start) : -1;
    if (end !== -1) return { start: from + start, bytes: block.subarray(start, end) };
    if (block.length < size) return undefined;
  }
}

async function readBlock(file: FileHandle, position: number, size: number): Promise<Buffer> {
  const block = Buffer.allocUnsafe(size);
  let filled = 0;
  while (filled < size) {
    const { bytesRead } = await file.read(block, filled, size - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return block.subarray(0, filled);
}

function offsetOf(line: Buffer, path: string): number {
  const match = /^\{"offset":(\d+),/.exec(line.toString('latin1', 0, 40));
  if (match?.[1] === undefined) {
    throw corrupt(path, `a line begins ${JSON.stringify(line.toString('utf8', 0, 40))}`, 'a message');
  }
  return Number(match[1]);
}

function corrupt(path: string, what: string, expected: string): CqshopError {
  return new CqshopError('BROKER_CORRUPT', `Cannot read ${path}: ${what}, expected ${expected}`);
}
