import type { PartitionContent } from '../dataset/manifest.ts';
import type { Dataset } from '../dataset/read-dataset.ts';
import { CqshopError } from '../errors.ts';
import { hash64 } from '../kernel/hash.ts';
import { parseMessageLine } from '../messaging/message-line.ts';
import type { MessageSource, PartitionRange } from '../messaging/message-source.ts';
import { truthTopic } from '../messaging/topics.ts';

/** What `verifyDataset` found. */
export type Verification = {
  readonly messages: number;
  /** The first differences, in words: 'cart-events/0 offset 12: message a1… in the dataset, b2… in the broker'. */
  readonly differences: readonly string[];
};

/** Offsets that are summed up together, and the only ones of which ids are held in memory. */
const blockOffsets = 10_000;
const mostDifferences = 10;

/**
 * Compares a finished dataset with the broker that it was collected from: offset and message id of every message.
 * Both are streamed; sums of hashes over blocks of offsets find the block that differs, and its messages are then compared.
 *
 * @throws DATASET_CORRUPT when a file of the dataset was altered
 */
export async function verifyDataset(dataset: Dataset, source: MessageSource): Promise<Verification> {
  const offsets = new Map((await source.partitions()).map(range => [nameOf(range), range]));
  const differences: string[] = [];
  const ranges: PartitionRange[] = [];
  for (const content of dataset.manifest.partitions) {
    const range = offsets.get(nameOf(content));
    if (range === undefined) differences.push(`${nameOf(content)}: the broker does not have it`);
    else if (range.low > content.from || range.high < content.to) {
      differences.push(
        `${nameOf(content)}: the broker has offsets ${range.low} to ${range.high}, the dataset ${content.from} to ${content.to}`,
      );
    } else if (content.topic !== truthTopic) ranges.push(rangeOf(content));
  }
  const inDataset = await sumDataset(dataset);
  const inBroker = await sumBroker(source, ranges);
  for (const range of ranges) {
    for (let block = Math.floor(range.from / blockOffsets); block * blockOffsets < range.to; block++) {
      const key = `${nameOf(range)}/${block}`;
      if (differences.length >= mostDifferences) return { messages: dataset.manifest.messages, differences };
      if (inDataset.get(key) === inBroker.get(key)) continue;
      differences.push(...(await compareBlock(dataset, source, range, block)));
    }
  }
  return { messages: dataset.manifest.messages, differences: differences.slice(0, mostDifferences) };
}

/** By partition and block. Sums do not depend on the order, which is by time here and by offset there. */
type Sums = Map<string, bigint>;

async function sumDataset(dataset: Dataset): Promise<Sums> {
  const sums: Sums = new Map();
  for await (const records of dataset.records()) {
    for (const { topic, partition, offset, id } of records) add(sums, { topic, partition }, offset, id);
  }
  return sums;
}

async function sumBroker(source: MessageSource, ranges: readonly PartitionRange[]): Promise<Sums> {
  const sums: Sums = new Map();
  for await (const batch of source.read(ranges)) {
    for (const { offset, id } of messagesOf(batch)) add(sums, batch, offset, id);
  }
  return sums;
}

function add(sums: Sums, of: { readonly topic: string; readonly partition: number }, offset: number, id: string): void {
  const key = `${nameOf(of)}/${Math.floor(offset / blockOffsets)}`;
  sums.set(key, BigInt.asUintN(64, (sums.get(key) ?? 0n) + hash64(`${offset} ${id}`)));
}

async function compareBlock(
  dataset: Dataset,
  source: MessageSource,
  range: PartitionRange,
  block: number,
): Promise<string[]> {
  const from = Math.max(range.from, block * blockOffsets);
  const to = Math.min(range.to, (block + 1) * blockOffsets);
  const inDataset = new Map<number, string>();
  for await (const records of dataset.records()) {
    for (const { topic, partition, offset, id } of records) {
      if (topic === range.topic && partition === range.partition && offset >= from && offset < to)
        inDataset.set(offset, id);
    }
  }
  const differences: string[] = [];
  const differ = (offset: number, ours: string | undefined, theirs: string | undefined) =>
    differences.push(
      `${nameOf(range)} offset ${offset}: message ${ours ?? 'none'} in the dataset, ${theirs ?? 'none'} in the broker`,
    );
  for await (const batch of source.read([{ ...range, from, to }])) {
    for (const { offset, id } of messagesOf(batch)) {
      if (inDataset.get(offset) !== id) differ(offset, inDataset.get(offset), id);
      inDataset.delete(offset);
    }
  }
  for (const [offset, id] of inDataset) differ(offset, id, undefined);
  return differences;
}

function* messagesOf(batch: {
  topic: string;
  partition: number;
  lines: Uint8Array;
}): Generator<{ offset: number; id: string }> {
  for (const line of new TextDecoder().decode(batch.lines).split('\n')) {
    if (line === '') continue;
    const { offset, message } = parseMessageLine(line, () => nameOf(batch));
    yield { offset, id: message.id };
  }
}

function rangeOf({ topic, partition, from, to }: PartitionContent): PartitionRange {
  return { topic, partition, from, to };
}

function nameOf({ topic, partition }: { readonly topic: string; readonly partition: number }): string {
  return `${topic}/${partition}`;
}

/** @throws AUDIT_FAILED when the dataset is not what the broker has */
export function refuseDifferences(dataset: Dataset, source: MessageSource, { differences }: Verification): void {
  if (differences.length === 0) return;
  throw new CqshopError(
    'AUDIT_FAILED',
    `Cannot verify ${dataset.dir} against ${source.url}: they differ, expected the same messages\n  ${differences.join('\n  ')}`,
    { details: { differences } },
  );
}
