import { type CqshopError, cannot } from '../../base/errors.ts';
import { partitionName, truthTopic } from '../../broker/topics.ts';
import type { Manifest } from './manifest.ts';
import type { EventRecord } from './record.ts';

/** What the events of one partition add up to. */
type PartitionCounts = { messages: number; lowest: number; highest: number };

/**
 * Passes events on, and compares them with the manifest's counts and offsets when all were read. No hash protects the manifest itself: its counts
 * are checked here, but its seed, scenario and times cannot be.
 *
 * @throws DATASET_CORRUPT when the manifest counts something else
 */
export async function* checkedCounts(
  batches: AsyncIterable<readonly EventRecord[]>,
  dir: string,
  manifest: Manifest,
): AsyncGenerator<readonly EventRecord[]> {
  const types = new Map<string, number>();
  const partitions = new Map<string, PartitionCounts>();
  let messages = 0;
  for await (const batch of batches) {
    messages += batch.length;
    for (const { topic, partition, offset, type } of batch) {
      const key = typeIn(topic, type);
      types.set(key, (types.get(key) ?? 0) + 1);
      const name = partitionName({ topic, partition });
      const known = partitions.get(name);
      if (known === undefined) partitions.set(name, { messages: 1, lowest: offset, highest: offset });
      else {
        known.messages += 1;
        if (offset < known.lowest) known.lowest = offset;
        if (offset > known.highest) known.highest = offset;
      }
    }
    yield batch;
  }
  compareCounts(dir, 'messages', manifest.messages, messages);
  compareTypes(dir, manifest, types);
  comparePartitions(dir, manifest, partitions);
}

/** @throws DATASET_CORRUPT when the manifest counts another number than there are */
export function compareCounts(dir: string, what: string, inManifest: number, found: number): void {
  if (inManifest !== found) throw altered(dir, `counts ${inManifest} ${what}`, String(found));
}

function compareTypes(dir: string, { topics }: Manifest, found: ReadonlyMap<string, number>): void {
  const counted = new Map(
    Object.entries(topics).flatMap(([topic, types]) =>
      Object.entries(types).map(([type, count]): [string, number] => [typeIn(topic, type), count]),
    ),
  );
  for (const key of new Set([...counted.keys(), ...found.keys()]))
    compareCounts(dir, key, counted.get(key) ?? 0, found.get(key) ?? 0);
}

function comparePartitions(dir: string, manifest: Manifest, found: ReadonlyMap<string, PartitionCounts>): void {
  const listed = new Map(
    manifest.partitions.filter(({ topic }) => topic !== truthTopic).map(content => [partitionName(content), content]),
  );
  for (const name of new Set([...listed.keys(), ...found.keys()])) {
    const [content, counts] = [listed.get(name), found.get(name)];
    compareCounts(dir, `messages of ${name}`, content?.messages ?? 0, counts?.messages ?? 0);
    if (content === undefined || counts === undefined) continue;
    const { from, to } = content;
    for (const offset of [counts.lowest, counts.highest])
      if (offset < from || offset >= to)
        throw altered(dir, `has offsets ${from} to ${to} of ${name}`, `offset ${offset} of ${name} among them`);
  }
}

function typeIn(topic: string, type: string): string {
  return `${type} in ${topic}`;
}

function altered(dir: string, what: string, expected: string): CqshopError {
  return cannot('DATASET_CORRUPT', `read dataset ${dir}`)(
    `manifest.json ${what}`,
    `${expected}, as its files have it; the manifest was altered`,
  );
}
