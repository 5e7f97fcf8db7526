import { groupEncoding } from '../library/kafkajs.ts';

const userData = Buffer.alloc(0);

/** What a member sends to the group when it joins: the only way of assigning partitions that it knows, and its topics. */
export function sharingByPartition(topics: readonly string[]) {
  return [
    {
      name: 'cqshop-same-partition',
      metadata: groupEncoding.MemberMetadata.encode({ version: 1, topics: [...topics], userData }),
    },
  ];
}

/** Gives partition p of every topic to member p modulo the number of members, in the order of their ids. */
export function dealPartitions(memberIds: readonly string[], topics: readonly string[], partitions: number) {
  const sorted = [...memberIds].sort();
  return sorted.map((memberId, index) => {
    const own = Array.from({ length: partitions }, (_, partition) => partition).filter(
      partition => partition % sorted.length === index,
    );
    const assignment = Object.fromEntries(topics.map(topic => [topic, own]));
    return { memberId, memberAssignment: groupEncoding.MemberAssignment.encode({ version: 1, assignment, userData }) };
  });
}

/** The partitions that a member was given: those of its first topic, which are those of each. */
export function partitionsIn(memberAssignment: Buffer, topics: readonly string[]): readonly number[] {
  return groupEncoding.MemberAssignment.decode(memberAssignment)?.assignment[topics[0] ?? ''] ?? [];
}
