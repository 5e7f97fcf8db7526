import { expect, test } from 'vitest';
import { forgetGroups } from '../../src/live/clear-run.ts';
import { groupIdOf } from '../../src/live/replica.ts';
import type { KafkaClient } from '../../src/messaging/kafka/connect-kafka.ts';
import { services } from '../../src/services/registry.ts';

/** A cluster on which some service is still at work, and does not leave. */
function busyCluster(onLook: () => void): KafkaClient {
  const groups = services.map(({ name }) => ({ groupId: groupIdOf(name, ''), members: ['m'] }));
  const admin = {
    connect: async () => undefined,
    disconnect: async () => undefined,
    listGroups: async () => ({ groups }),
    describeGroups: async () => {
      onLook();
      return { groups };
    },
  };
  return { url: 'kafka://fake', connection: { brokers: ['fake:9092'] }, admin: () => admin } as unknown as KafkaClient;
}

test('Ctrl-C ends the waiting for services of another run', async () => {
  const interrupted = new AbortController();
  let looks = 0;
  const client = busyCluster(() => {
    looks += 1;
    interrupted.abort();
  });
  await expect(forgetGroups(client, '', interrupted.signal)).rejects.toThrow(
    expect.objectContaining({ name: 'AbortError' }),
  );
  expect(looks).toBe(1);
});
