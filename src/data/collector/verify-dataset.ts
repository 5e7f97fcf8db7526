import { cannot } from '../../base/errors.ts';
import { sha256 } from '../../base/hash.ts';
import { pluralize } from '../../base/words.ts';
import type { MessagePlace } from '../../broker/message.ts';
import type { MessageSource, PartitionOffsets, PartitionRange } from '../../broker/message-source.ts';
import { partitionName, truthTopic } from '../../broker/topics.ts';
import type { PartitionContent } from '../dataset/manifest.ts';
import type { Dataset } from '../dataset/read-dataset.ts';
import { eventColumns } from '../dataset/record.ts';
import { messagesOf } from './lines-of.ts';
import type { MergedMessage } from './partition-lines.ts';
import { type Row, rowInDataset, rowsInBroker, shortened } from './row-digest.ts';
import { labelLines, readTruthContent } from './truth-content.ts';
import { truthOnly } from './truth-only.ts';

/** What `verifyDataset` found. */
export type Verification = {
  readonly messages: number;
  /** The first differences, in words: 'cart-events/0 offset 12: message a1… in the dataset, b2… in the broker'. */
  readonly differences: readonly string[];
  /** Messages that the broker has after those of the dataset, with those of the truth counted apart. No difference unless the dataset is complete. */
  readonly later: { readonly messages: number; readonly truth: number };
};

/** Offsets that are summed up together, and the only ones whose rows are held in memory. */
const blockOffsets = 10_000;
const mostDifferences = 10;

/**
 * Compares a finished dataset with the broker that it was collected from: every row with every message, and the labels with the truth. Both are
 * streamed; sums of hashes over blocks of offsets find the block that differs, and its rows are then compared.
 *
 * @throws DATASET_CORRUPT when a file of the dataset was altered; the signal's reason
 */
export async function verifyDataset(
  given: Dataset,
  broker: MessageSource,
  signal?: AbortSignal,
): Promise<Verification> {
  const dataset = { ...given, records: () => unlessAborted(given.records(), signal) };
  const source = { ...broker, read: (ranges: readonly PartitionRange[]) => unlessAborted(broker.read(ranges), signal) };
  const { manifest } = dataset;
  const offsets = await source.partitions();
  const { differences, ranges } = compareOffsets(dataset, offsets);
  const later = await countLater(dataset, source, offsets);
  if (manifest.complete && later.messages + later.truth > 0) {
    differences.push(`the broker has ${formatLater(later)} more, and the dataset says that it is complete`);
  }
  differences.push(...(await compareTruth(dataset, source, ranges)));
  const eventRanges = ranges.filter(({ topic }) => topic !== truthTopic);
  // The broker first: what is left in memory of the long rows of a dataset would come on top of what its messages take.
  const inBroker = await sumBroker(source, eventRanges);
  const inDataset = await sumDataset(dataset);
  compared: for (const range of eventRanges) {
    for (let block = Math.floor(range.from / blockOffsets); block * blockOffsets < range.to; block++) {
      const key = `${partitionName(range)}/${block}`;
      if (differences.length >= mostDifferences) break compared;
      if (inDataset.get(key) === inBroker.get(key)) continue;
      differences.push(...(await compareBlock(dataset, source, range, block)));
    }
  }
  return { messages: manifest.messages, differences: differences.slice(0, mostDifferences), later };
}

async function* unlessAborted<Batch>(batches: AsyncIterable<Batch>, signal: AbortSignal | undefined) {
  for await (const batch of batches) {
    signal?.throwIfAborted();
    yield batch;
  }
}

function compareOffsets({ manifest }: Dataset, all: readonly PartitionOffsets[]) {
  const offsets = new Map(all.map(range => [partitionName(range), range]));
  const differences: string[] = [];
  const ranges: PartitionRange[] = [];
  for (const content of manifest.partitions) {
    const range = offsets.get(partitionName(content));
    if (range === undefined) differences.push(`${partitionName(content)}: the broker does not have it`);
    else if (range.low > content.from || range.high < content.to) {
      differences.push(
        `${partitionName(content)}: the broker has offsets ${range.low} to ${range.high}, the dataset ${content.from} to ${content.to}`,
      );
    } else ranges.push(rangeOf(content));
  }
  return { differences, ranges };
}

/** Counts the messages after those of the dataset by reading them, since not every offset holds a message. */
async function countLater(dataset: Dataset, source: MessageSource, all: readonly PartitionOffsets[]) {
  const { partitions } = dataset.manifest;
  const topics = new Set(partitions.map(({ topic }) => topic));
  const ends = new Map(partitions.map(content => [partitionName(content), content.to]));
  const ranges = all
    .filter(({ topic }) => topics.has(topic))
    .map(range => rangeOf({ ...range, from: ends.get(partitionName(range)) ?? range.low, to: range.high }))
    .filter(({ from, to }) => from < to);
  const later = { messages: 0, truth: 0 };
  for await (const batch of source.read(ranges)) {
    const { topic, messages } = truthOnly(batch);
    later[topic === truthTopic ? 'truth' : 'messages'] += messages;
  }
  return later;
}

/** Says how much a broker has beyond a dataset: "2 messages", "2 messages and 5 of the truth". */
export function formatLater({ messages, truth }: Verification['later']): string {
  const parts = [
    ...(messages === 0 ? [] : [pluralize(messages, 'message')]),
    ...(truth === 0 ? [] : [`${messages === 0 ? pluralize(truth, 'message') : truth} of the truth`]),
  ];
  return parts.join(' and ');
}

/** A truth that was written again has the ids of the old one, but other labels. */
async function compareTruth(dataset: Dataset, source: MessageSource, ranges: readonly PartitionRange[]) {
  const own = ranges.filter(({ topic }) => topic === truthTopic);
  if (own.length === 0) return [];
  const messages: MergedMessage[] = [];
  for await (const batch of source.read(own)) messages.push(...messagesOf(truthOnly(batch)));
  const { labels, nearMisses } = readTruthContent(messages);
  const { files } = dataset.manifest;
  const differs = (name: 'labels.jsonl' | 'near_misses.jsonl', text: string) => sha256(text) !== files[name].sha256;
  return [
    ...(differs('labels.jsonl', labelLines(labels)) ? ['labels.jsonl: the broker has other labels'] : []),
    ...(differs('near_misses.jsonl', labelLines(nearMisses)) ? ['near_misses.jsonl: the broker has others'] : []),
  ];
}

/** By partition and block. Sums do not depend on the order, which is by time here and by offset there. */
type Sums = Map<string, bigint>;

async function sumDataset(dataset: Dataset): Promise<Sums> {
  const sums: Sums = new Map();
  for await (const records of dataset.records()) for (const record of records) add(sums, record, rowInDataset(record));
  return sums;
}

async function sumBroker(source: MessageSource, ranges: readonly PartitionRange[]): Promise<Sums> {
  const sums: Sums = new Map();
  for await (const batch of source.read(ranges)) for (const row of rowsInBroker(batch)) add(sums, row, row);
  return sums;
}

function add(sums: Sums, of: MessagePlace, { hash }: Row): void {
  const key = `${partitionName(of)}/${Math.floor(of.offset / blockOffsets)}`;
  sums.set(key, BigInt.asUintN(64, (sums.get(key) ?? 0n) + hash));
}

async function compareBlock(
  dataset: Dataset,
  source: MessageSource,
  range: PartitionRange,
  block: number,
): Promise<string[]> {
  const from = Math.max(range.from, block * blockOffsets);
  const to = Math.min(range.to, (block + 1) * blockOffsets);
  const inDataset = new Map<number, Row>();
  for await (const records of dataset.records()) {
    for (const record of records) {
      const { topic, partition, offset } = record;
      if (topic === range.topic && partition === range.partition && offset >= from && offset < to)
        inDataset.set(offset, rowInDataset(record));
    }
  }
  const differences: string[] = [];
  for await (const batch of source.read([{ ...range, from, to }])) {
    for (const row of rowsInBroker(batch)) {
      const difference = differenceOf(inDataset.get(row.offset), row);
      if (difference !== undefined) differences.push(`${partitionName(range)} offset ${row.offset}: ${difference}`);
      inDataset.delete(row.offset);
    }
  }
  for (const [offset, row] of inDataset)
    differences.push(`${partitionName(range)} offset ${offset}: ${differenceOf(row, undefined)}`);
  return differences;
}

const idColumn = eventColumns.indexOf('id');

function differenceOf(ours: Row | undefined, theirs: Row | undefined): string | undefined {
  const [id, otherId] = [ours?.fields[idColumn] ?? 'none', theirs?.fields[idColumn] ?? 'none'];
  if (id !== otherId) return `message ${id} in the dataset, ${otherId} in the broker`;
  if (ours?.hash === theirs?.hash) return undefined;
  const found = eventColumns.findIndex((_, index) => ours?.fields[index] !== theirs?.fields[index]);
  const column = found === -1 ? eventColumns.length - 1 : found;
  const [own, other] = [ours?.fields[column] ?? '', theirs?.fields[column] ?? ''].map(shown);
  return `${eventColumns[column]} of message ${id} is ${own} in the dataset, ${other} in the broker`;
}

function shown(text: string): string {
  return text === '' ? 'empty' : shortened(text);
}

function rangeOf({ topic, partition, from, to }: Omit<PartitionContent, 'messages'>): PartitionRange {
  return { topic, partition, from, to };
}

/** @throws AUDIT_FAILED when the dataset is not what the broker has */
export function assertIdentical(dataset: Dataset, source: MessageSource, { differences }: Verification): void {
  if (differences.length === 0) return;
  throw cannot('AUDIT_FAILED', `verify ${dataset.dir} against ${source.url}`, { differences })(
    'they differ',
    `the same messages\n  ${differences.join('\n  ')}`,
  );
}
