import { expect, test } from 'vitest';
import type { KafkaClient } from '../../../src/broker/kafka/connect-kafka.ts';
import { Topics } from '../../../src/broker/topics.ts';
import { forgetGroups } from '../../../src/shop/live/clear-run.ts';
import { groupIdOf } from '../../../src/shop/live/replica.ts';
import { services } from '../../../src/shop/services/registry.ts';
import { expectCqshopError } from '../../support/cqshop-error.ts';

/** A cluster with a group a service. @param onLook is called when they are asked for; what it throws is the answer */
function clusterWith(
  members: readonly string[],
  onLook: () => void,
  onDelete: () => void = () => undefined,
): KafkaClient {
  let groups = services.map(({ name }) => ({ groupId: groupIdOf(name, new Topics()), members }));
  const admin = {
    deleteGroups: async () => {
      onDelete();
      groups = [];
    },
    connect: async () => undefined,
    disconnect: async () => undefined,
    listGroups: async () => ({ groups }),
    describeGroups: async () => {
      onLook();
      return { groups };
    },
  };
  const client = { url: 'kafka://fake', connection: { brokers: ['fake:9092'] }, topics: new Topics() };
  return { ...client, admin: () => admin } as unknown as KafkaClient;
}

test('Ctrl-C ends the waiting for services of another run', async () => {
  const interrupted = new AbortController();
  let looks = 0;
  const client = clusterWith(['m'], () => {
    looks += 1;
    interrupted.abort();
  });
  await expect(forgetGroups(client, interrupted.signal)).rejects.toThrow(
    expect.objectContaining({ name: 'AbortError' }),
  );
  expect(looks).toBe(1);
});

test.each(['NOT_COORDINATOR_FOR_GROUP', 'GROUP_LOAD_IN_PROGRESS'])(
  'a coordinator that has just begun (%s) is asked again, as kafkajs does not',
  async type => {
    let looks = 0;
    const client = clusterWith([], () => {
      looks += 1;
      if (looks === 1) throw Object.assign(new Error('not yet'), { name: 'KafkaJSProtocolError', type });
    });
    await forgetGroups(client);
    expect(looks).toBe(2);
  },
);

test.each(['NOT_COORDINATOR_FOR_GROUP', 'NON_EMPTY_GROUP'])(
  'a group that cannot be deleted for a moment (%s) is deleted later',
  async type => {
    let attempts = 0;
    const client = clusterWith(
      [],
      () => undefined,
      () => {
        attempts += 1;
        const error = Object.assign(new Error('not yet'), { name: 'KafkaJSProtocolError', type });
        const groups = [{ groupId: 'one', errorCode: 16, error }];
        if (attempts === 1) throw Object.assign(new Error('not yet'), { name: 'KafkaJSDeleteGroupsError', groups });
      },
    );
    await forgetGroups(client);
    expect(attempts).toBe(2);
  },
);

test('a group that may not be asked about is reported at once', async () => {
  const refusal = { name: 'KafkaJSProtocolError', type: 'GROUP_AUTHORIZATION_FAILED' };
  const client = clusterWith([], () => {
    throw Object.assign(new Error('no'), refusal);
  });
  await expectCqshopError(() => forgetGroups(client), 'BROKER_REFUSED', refusal.type);
});
