/** Partitions of every topic of the shop, except those of truth and control, where a scenario does not state them. */
export const defaultPartitions = 3;

/** How many replicas a service has in a run of its own, if there are partitions enough. `serve` adds as many as people start. */
const replicasPerService = 3;

/** The partitions of each replica of a service: partition p belongs to replica p modulo their number, as in a consumer group of cqshop. */
export function replicasOf(partitions: number): readonly (readonly number[])[] {
  const replicas = Math.min(replicasPerService, partitions);
  const all = Array.from({ length: partitions }, (_, partition) => partition);
  return Array.from({ length: replicas }, (_, replica) => all.filter(partition => partition % replicas === replica));
}
