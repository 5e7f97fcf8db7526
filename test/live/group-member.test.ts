import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { GroupMember, LostMembership } from '../../src/live/group-member.ts';
import type { BrokerCluster, GroupCoordinator } from '../../src/messaging/kafka/broker-cluster.ts';
import { groupEncoding } from '../../src/messaging/kafka/kafkajs.ts';

const sessionTimeoutMs = 60;

/** A group of one, whose coordinator answers heartbeats as it is told. */
function memberOf(heartbeat: GroupCoordinator['heartbeat'], onSuspend: () => Promise<void>): GroupMember {
  const nothing = async () => undefined;
  const memberAssignment = groupEncoding.MemberAssignment.encode({
    version: 1,
    assignment: { inbox: [0] },
    userData: Buffer.alloc(0),
  });
  const coordinator: GroupCoordinator = {
    joinGroup: async () => ({ generationId: 1, leaderId: 'a', memberId: 'a', members: [{ memberId: 'a' }] }),
    syncGroup: async () => ({ memberAssignment }),
    heartbeat,
    leaveGroup: nothing,
    offsetCommit: nothing,
    offsetFetch: async () => ({ responses: [] }),
  };
  const cluster: BrokerCluster = {
    connect: nothing,
    disconnect: nothing,
    metadata: async () => null,
    findBroker: () => Promise.reject(new TypeError('no broker')),
    removeBroker: () => undefined,
    refreshMetadata: nothing,
    findGroupCoordinator: async () => coordinator,
  };
  const connection = { brokers: ['127.0.0.1:9'] };
  const client = { connection, url: 'kafka://127.0.0.1:9', cluster: () => cluster };
  const onAssigned = () => undefined;
  return new GroupMember(client, {
    groupId: 'a-group',
    topics: ['inbox'],
    partitions: 1,
    sessionTimeoutMs,
    onAssigned,
    onSuspend,
  });
}

test('a member that reads the news of a rebalance too late may not publish: it counts from its question', async () => {
  const permissions: string[] = [];
  const rebalance = Object.assign(new Error('rebalance'), {
    name: 'KafkaJSProtocolError',
    type: 'REBALANCE_IN_PROGRESS',
  });
  const member = memberOf(
    async () => {
      // As long as a frozen process leaves an answer unread.
      await setTimeout(3 * sessionTimeoutMs);
      throw rebalance;
    },
    async () => {
      permissions.push(member.mayPublish);
      await setTimeout(10 * sessionTimeoutMs);
    },
  );
  await expect(member.run(new AbortController().signal)).rejects.toBeInstanceOf(LostMembership);
  expect(permissions).toEqual(['wait']);
  expect(member.mayPublish).toBe('no');
});
