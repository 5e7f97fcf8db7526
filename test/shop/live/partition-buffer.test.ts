import { expect, test } from 'vitest';
import type { KafkaClient } from '../../../src/broker/kafka/connect-kafka.ts';
import type { BrokerCluster } from '../../../src/broker/kafka/library/broker-cluster.ts';
import { PartitionBuffer } from '../../../src/shop/live/partition-buffer.ts';
import { StrayRecords } from '../../../src/shop/live/stray-records.ts';

test('an intake whose connection cannot be closed is reported to its owner, who can still stop it', async () => {
  const cluster: Partial<BrokerCluster> = {
    connect: async () => undefined,
    disconnect: () => Promise.reject(new TypeError('cannot close')),
    metadata: () => Promise.reject(new TypeError('cannot read')),
  };
  const connection = { brokers: ['127.0.0.1:9'] };
  const client = { connection, url: 'kafka://127.0.0.1:9', cluster: () => cluster } as unknown as KafkaClient;
  const failures: string[] = [];
  let fail: () => void = () => undefined;
  const hasFailed = new Promise<void>(resolve => {
    fail = resolve;
  });
  const buffer = new PartitionBuffer(
    client,
    { strays: new StrayRecords(), partitions: 1 },
    {
      isWanted: () => true,
      onArrival: () => undefined,
      onFailure: error => {
        failures.push(String(error));
        fail();
      },
    },
  );
  buffer.start([{ topic: 'inbox', partition: 0, from: 0 }]);
  await hasFailed;
  await buffer.stop();
  expect(failures).toEqual(['TypeError: cannot close']);
});
