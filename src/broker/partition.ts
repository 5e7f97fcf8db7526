import { hash32 } from '../base/hash.ts';

/** Which partition a key belongs to; computed the same way for the embedded broker and for Kafka. */
export function partitionOf(key: string, partitions: number): number {
  return partitions === 1 ? 0 : hash32(key) % partitions;
}
