import { setTimeout } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { GroupMember, LostMembership } from '../../../../src/broker/kafka/group/group-member.ts';
import type {
  BrokerCluster,
  GroupCoordinator,
  Membership,
} from '../../../../src/broker/kafka/library/broker-cluster.ts';
import { groupEncoding } from '../../../../src/broker/kafka/library/kafkajs.ts';
import { expectCqshopError } from '../../../support/cqshop-error.ts';
import { connectionClosed, rebalanceInProgress } from '../../../support/fake-kafka.ts';

const sessionTimeoutMs = 60;

/** A group of one, whose coordinator answers as given. */
function memberOf(
  told: Partial<GroupCoordinator>,
  onSuspend: () => Promise<void> = async () => undefined,
  onAssigned: (partitions: readonly number[], isUnbroken: boolean) => void = () => undefined,
): GroupMember {
  const nothing = async () => undefined;
  const memberAssignment = groupEncoding.MemberAssignment.encode({
    version: 1,
    assignment: { inbox: [0] },
    userData: Buffer.alloc(0),
  });
  const coordinator: GroupCoordinator = {
    joinGroup: async () => ({ generationId: 1, leaderId: 'a', memberId: 'a', members: [{ memberId: 'a' }] }),
    syncGroup: async () => ({ memberAssignment }),
    heartbeat: nothing,
    leaveGroup: nothing,
    offsetCommit: nothing,
    offsetFetch: async () => ({ responses: [] }),
    ...told,
  };
  const cluster: BrokerCluster = {
    connect: nothing,
    disconnect: nothing,
    abandon: () => undefined,
    metadata: async () => null,
    findBroker: () => Promise.reject(new TypeError('no broker')),
    removeBroker: () => undefined,
    refreshMetadata: nothing,
    findGroupCoordinator: async () => coordinator,
  };
  const connection = { brokers: ['127.0.0.1:9'] };
  const client = { connection, url: 'kafka://127.0.0.1:9', cluster: () => cluster };
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
  const heartbeat = async () => {
    // As long as a frozen process leaves an answer unread.
    await setTimeout(3 * sessionTimeoutMs);
    throw rebalanceInProgress();
  };
  const member = memberOf({ heartbeat }, async () => {
    permissions.push(member.mayPublish);
    await setTimeout(10 * sessionTimeoutMs);
  });
  await expect(member.run(new AbortController().signal)).rejects.toBeInstanceOf(LostMembership);
  expect(permissions).toEqual(['wait']);
  expect(member.mayPublish).toBe('no');
});

test('a member that joins counts its lease from its question, and deals partitions only as the leader', async () => {
  const stop = new AbortController();
  const permissions: string[] = [];
  const dealt: (readonly string[])[] = [];
  const memberships: Membership[] = [];
  const joins = [
    { leaderId: 'a', members: [{ memberId: 'b' }, { memberId: 'a' }] },
    { leaderId: 'b', members: [] },
  ];
  let generationId = 0;
  const member = memberOf(
    {
      joinGroup: async () => {
        await setTimeout(2 * sessionTimeoutMs);
        generationId += 1;
        return { leaderId: '', members: [], ...joins[generationId - 1], generationId, memberId: 'a' };
      },
      syncGroup: async ({ groupAssignment }) => {
        dealt.push(groupAssignment.map(({ memberId }) => memberId));
        return { memberAssignment: groupAssignment[0]?.memberAssignment ?? Buffer.alloc(0) };
      },
      heartbeat: async membership => {
        memberships.push(membership);
        throw rebalanceInProgress();
      },
    },
    undefined,
    () => {
      permissions.push(member.mayPublish);
      if (generationId === joins.length) stop.abort();
    },
  );
  await member.run(stop.signal);
  expect(dealt).toEqual([['a', 'b'], []]);
  expect(permissions).toEqual(['wait', 'wait']);
  expect(memberships).toEqual([{ groupId: 'a-group', groupGenerationId: 1, memberId: 'a' }]);
});

test('a member bears a minute of trouble each time, not all in all', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    const stop = new AbortController();
    const beats = ['trouble', 'fine', 'trouble', 'fine'];
    const heartbeat = async () => {
      const beat = beats.shift();
      vi.setSystemTime(Date.now() + 50_000);
      if (beats.length === 0) stop.abort();
      if (beat === 'trouble') throw connectionClosed();
    };
    await memberOf({ heartbeat }).run(stop.signal);
    expect(beats).toEqual([]);
  } finally {
    vi.useRealTimers();
  }
});

test('a member whose work is not answered while its lease lasts does not leave: others would begin at once', async () => {
  let leaves = 0;
  const member = memberOf(
    {
      heartbeat: () => Promise.reject(rebalanceInProgress()),
      leaveGroup: async () => {
        leaves += 1;
      },
    },
    () => new Promise(() => undefined),
  );
  await expect(member.run(new AbortController().signal)).rejects.toBeInstanceOf(LostMembership);
  expect(leaves).toBe(0);
});

const passing = { 'an error of kafkajs': connectionClosed(), 'its plain one': new Error('Broker not connected') };

describe.each(Object.entries(passing))('a coordinator that is away for a moment (%s)', (_name, error) => {
  test('is asked again where the group stands', async () => {
    let asked = 0;
    const member = memberOf({
      offsetFetch: async ({ topics }) => {
        asked += 1;
        if (asked === 1) throw error;
        return { responses: topics.map(({ topic }) => ({ topic, partitions: [{ partition: 2, offset: '5' }] })) };
      },
    });
    expect(await member.positions(['inbox'], 2)).toEqual([{ topic: 'inbox', partition: 2, offset: 5 }]);
    expect(asked).toBe(2);
  });

  test('takes no commit, which does not matter', async () => {
    const member = memberOf({ offsetCommit: () => Promise.reject(error) });
    await expect(member.commit([{ topic: 'inbox', partition: 0, offset: 1 }])).resolves.toBeUndefined();
  });

  test('does not keep a member that has ended from ending', async () => {
    const member = memberOf({ offsetFetch: () => Promise.reject(error) });
    const positions = expectCqshopError(() => member.positions(['inbox'], 0), 'BROKER_UNREACHABLE');
    await member.run(AbortSignal.abort());
    await positions;
  });
});

test('a group that a member may not read is named', async () => {
  const refusal = { name: 'KafkaJSProtocolError', type: 'GROUP_AUTHORIZATION_FAILED' };
  const member = memberOf({ offsetFetch: () => Promise.reject(Object.assign(new Error('no'), refusal)) });
  await expectCqshopError(() => member.positions(['inbox'], 0), 'BROKER_REFUSED', 'a-group', refusal.type);
});

test('a member that misses a generation learns that others may have had its partitions meanwhile', async () => {
  const stop = new AbortController();
  const told: (readonly [generation: number, isUnbroken: boolean])[] = [];
  let generationId = 0;
  const joined = { leaderId: 'b', memberId: 'a', members: [] };
  const memberAssignment = groupEncoding.MemberAssignment.encode({
    version: 1,
    assignment: { inbox: [0] },
    userData: Buffer.alloc(0),
  });
  const member = memberOf(
    {
      joinGroup: async () => ({ ...joined, generationId: ++generationId }),
      // The others have got their partitions of the third generation, before a fourth one began.
      syncGroup: async () => {
        if (generationId === 3) throw rebalanceInProgress();
        return { memberAssignment };
      },
      heartbeat: () => Promise.reject(rebalanceInProgress()),
    },
    undefined,
    (_partitions, isUnbroken) => {
      told.push([generationId, isUnbroken]);
      if (generationId === 5) stop.abort();
    },
  );
  await member.run(stop.signal);
  expect(told).toEqual([
    [1, false],
    [2, true],
    [4, false],
    [5, true],
  ]);
});
