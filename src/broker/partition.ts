import { hash32 } from '../base/hash.ts';

/** Which partition a key belongs to; computed the same way for the embedded broker and for Kafka. */
export function partitionOf(key: string, partitions: number): number {
  return partitions === 1 ? 0 : hash32(key) % partitions;
}

/** Orders partitions by topic, then number. */
export function comparePartitions(
  a: { readonly topic: string; readonly partition: number },
  b: { readonly topic: string; readonly partition: number },
): number {
  if (a.topic !== b.topic) return a.topic < b.topic ? -1 : 1;
  return a.partition - b.partition;
}
