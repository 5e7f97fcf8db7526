import { expect, test } from 'vitest';
import type { KafkaClient } from '../../../../src/broker/kafka/connect-kafka.ts';
import type {
  BrokerCluster,
  BrokerNode,
  ClusterMetadata,
} from '../../../../src/broker/kafka/library/broker-cluster.ts';
import { PartitionReader } from '../../../../src/broker/kafka/reading/partition-reader.ts';
import { expectCqshopError } from '../../../support/cqshop-error.ts';

const nothing = async () => undefined;
const range = { topic: 'log', partition: 0, from: 0, to: Number.POSITIVE_INFINITY };

/** A broker that was reached once, and then does to each question what `answer` does. */
function clientOf(answer: () => Promise<ClusterMetadata>, node: Partial<BrokerNode> = {}) {
  const clusters: string[][] = [];
  const cluster = () => {
    const done: string[] = [];
    clusters.push(done);
    const fake: Partial<BrokerCluster> = {
      connect: nothing,
      metadata: () => {
        done.push('asked');
        return answer();
      },
      disconnect: async () => {
        done.push('disconnected');
        // As kafkajs does it: once everything is answered.
        await new Promise(() => undefined);
      },
      abandon: () => {
        done.push('abandoned');
      },
      findBroker: async () => node as BrokerNode,
      removeBroker: () => undefined,
    };
    return fake as BrokerCluster;
  };
  const client = { url: 'kafka://fake', connection: { brokers: ['fake:1'] }, cluster } as unknown as KafkaClient;
  return { client, clusters };
}

const away = async (): Promise<never> => {
  const error = new Error('connect ECONNREFUSED');
  throw Object.assign(error, { name: 'KafkaJSConnectionError', code: 'ECONNREFUSED' });
};
const frozen = () => new Promise<never>(() => undefined);

test.each([
  ['is not there', away],
  ['does not answer', frozen],
])(
  'a broker that %s is waited for until that is given up',
  async (_what, answer) => {
    const { client, clusters } = clientOf(answer);
    const giveUp = new AbortController();
    const reader = new PartitionReader(client, { giveUp: giveUp.signal });
    const asking = reader.offsets(() => true);
    const reading = reader.read([range]).next();
    giveUp.abort();
    await expect(asking).rejects.toMatchObject({ name: 'AbortError' });
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
    await reader.close();
    expect(clusters[0]).toContain('abandoned');
  },
  30_000,
);

test.each([
  ['is not there', away],
  ['does not answer', frozen],
])(
  'a reading that is ended while the broker %s ends without an error',
  async (_what, answer) => {
    const { client } = clientOf(answer);
    const stop = new AbortController();
    const reader = new PartitionReader(client);
    const reading = reader.read([range], { signal: stop.signal }).next();
    stop.abort();
    expect(await reading).toEqual({ done: true, value: undefined });
    await reader.close();
  },
  30_000,
);

type Answer = () => Promise<ClusterMetadata>;

const silent = async (): Promise<never> => {
  throw new Error('Broker not connected');
};
const withLeader = (leader: number) => async (): Promise<ClusterMetadata> => ({
  topicMetadata: [{ topic: 'log', partitionMetadata: [{ partitionId: 0, leader }] }],
});
const node: Pick<BrokerNode, 'listOffsets'> = {
  listOffsets: async ({ topics }) => ({
    responses: topics.map(({ topic }) => ({ topic, partitions: [{ partition: 0, offset: '7' }] })),
  }),
};

test.each<readonly [what: string, answers: readonly Answer[]]>([
  ['was frozen, by a new handshake each time', [silent, silent, silent, withLeader(1)]],
  [
    'comes back without its partitions for a moment',
    [away, away, away, away, away, away, withLeader(-1), withLeader(-1), withLeader(1)],
  ],
])('a broker that %s is waited for', async (_what, answers) => {
  let asked = 0;
  const { client, clusters } = clientOf(() => answers[asked++]?.() ?? withLeader(1)(), node);
  const reader = new PartitionReader(client);
  expect(await reader.offsets(() => true)).toEqual([{ topic: 'log', partition: 0, low: 7, high: 7 }]);
  expect(clusters.length).toBeGreaterThan(3);
  expect(clusters.map(done => done.includes('abandoned'))).toEqual(
    clusters.map((_, index, { length }) => index < length - 1),
  );
});

test('a broker that stays frozen is given up, with one line that names it', async () => {
  const { client } = clientOf(silent);
  const reader = new PartitionReader(client, { patienceMs: 600 });
  await expectCqshopError(() => reader.offsets(() => true), 'BROKER_UNREACHABLE', 'kafka://fake:1: it does not answer');
});

test('a partition that has no leader for a while is not taken for one that is gone', async () => {
  const { client, clusters } = clientOf(() => withLeader(clusters.length <= 6 ? -1 : 1)(), node);
  const reader = new PartitionReader(client);
  expect(await reader.offsets(() => true)).toEqual([{ topic: 'log', partition: 0, low: 7, high: 7 }]);
});
