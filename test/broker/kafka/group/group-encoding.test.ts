import { expect, test } from 'vitest';
import { dealPartitions, partitionsIn, sharingByPartition } from '../../../../src/broker/kafka/group/group-encoding.ts';
import { groupEncoding } from '../../../../src/broker/kafka/library/kafkajs.ts';

test('dealPartitions gives a partition of all topics to one member, in the order of the ids', () => {
  const dealt = dealPartitions(['b', 'a'], ['inbox', 'log'], 3);
  expect(dealt.map(({ memberId }) => memberId)).toEqual(['a', 'b']);
  for (const topics of [['inbox'], ['log']]) {
    const partitions = dealt.map(({ memberAssignment }) => partitionsIn(memberAssignment, topics));
    expect(partitions).toEqual([[0, 2], [1]]);
  }
  expect(dealPartitions(['a', 'b'], ['inbox', 'log'], 3)).toEqual(dealt);
});

test('partitionsIn: a member beyond the number of partitions has none, as has one of other topics', () => {
  const [first, second] = dealPartitions(['a', 'b'], ['inbox'], 1).map(({ memberAssignment }) => memberAssignment);
  expect(partitionsIn(first ?? Buffer.alloc(0), ['inbox'])).toEqual([0]);
  expect(partitionsIn(second ?? Buffer.alloc(0), ['inbox'])).toEqual([]);
  expect(partitionsIn(first ?? Buffer.alloc(0), ['other'])).toEqual([]);
});

test('sharingByPartition names the topics', () => {
  const [protocol, ...others] = sharingByPartition(['inbox', 'log']);
  expect(others).toEqual([]);
  expect(protocol?.name).toBe('cqshop-same-partition');
  const metadata = groupEncoding.MemberMetadata.decode(protocol?.metadata ?? Buffer.alloc(0));
  expect(metadata?.topics).toEqual(['inbox', 'log']);
});
