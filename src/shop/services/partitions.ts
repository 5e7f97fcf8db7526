import { partitionOf } from '../../broker/partition.ts';

/**
 * Partitions of every topic of the shop except those of truth and control. Every service has as many replicas: each works for the
 * aggregates of one partition.
 */
export const partitionsPerTopic = 3;

/** The partition of an aggregate, and so the replica that works for it. */
export function partitionOfAggregate(id: string): number {
  return partitionOf(id, partitionsPerTopic);
}
