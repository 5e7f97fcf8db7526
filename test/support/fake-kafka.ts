import { setTimeout } from 'node:timers/promises';
import type { KafkaClient } from '../../src/broker/kafka/connect-kafka.ts';
import { attributesOf, type OutgoingRecord } from '../../src/broker/kafka/kafka-records.ts';
import type {
  BrokerCluster,
  BrokerNode,
  FetchedRecord,
  GroupCoordinator,
} from '../../src/broker/kafka/library/broker-cluster.ts';
import { readCommitted, type SendingHooks } from '../../src/broker/kafka/library/kafkajs.ts';
import { dataOf, type Message } from '../../src/broker/message.ts';
import { Topics } from '../../src/broker/topics.ts';

/** What a client asks a cluster for. */
export type FakeRequest = {
  readonly name: 'sendBatch' | 'fetch' | 'listOffsets' | 'findGroupCoordinator' | keyof GroupCoordinator;
  readonly topics: readonly string[];
};

/** A cluster in memory with groups of one member: for moments that a real broker has too rarely. */
export class FakeKafka {
  readonly #topics = new Map<string, FetchedRecord[][]>();
  readonly #groups = new Map<string, number>();
  /** Topics that this user may not see. */
  readonly hidden = new Set<string>();
  /** By topic, the offset of its partitions at which a transaction is open. */
  readonly openAt = new Map<string, number>();
  /** Of one partition. */
  recordsPerFetch = Number.POSITIVE_INFINITY;
  /** Looks at each request before it is answered; what it throws is the answer. */
  before: (request: FakeRequest) => void | Promise<void> = () => undefined;
  /** Looks at each request to write when it is done; what it throws is the answer all the same. */
  afterWriting: () => void = () => undefined;

  constructor(topics: ReadonlyMap<string, number>) {
    for (const [topic, partitions] of topics)
      this.#topics.set(
        topic,
        Array.from({ length: partitions }, () => []),
      );
  }

  /** Everything in a topic, partition by partition. */
  messages(topic: string): readonly Message[] {
    return this.#partitions(topic).flatMap(records =>
      records.map(record => ({ ...attributesOf(record), data: dataOf(String(record.value)) })),
    );
  }

  client(): KafkaClient {
    const admin = {
      ...nothings(['connect', 'disconnect']),
      listGroups: async () => ({ groups: [] }),
      listTopics: async () => [...this.#topics.keys()],
    };
    const client = {
      url: 'kafka://fake:9092',
      connection: { brokers: ['fake:9092'] },
      clusterId: 'fake',
      topics: new Topics(),
      admin: () => admin,
      cluster: () => this.#cluster(),
      producer: (hooks?: SendingHooks) => this.#producer(hooks),
    };
    // What cqshop uses of kafkajs's clients.
    return client as unknown as KafkaClient;
  }

  #producer(hooks: SendingHooks | undefined) {
    const sendBatch = async ({ topicMessages }: { topicMessages: { topic: string; messages: OutgoingRecord[] }[] }) => {
      hooks?.beforeAttempt();
      hooks?.beforeWriting();
      await this.before({ name: 'sendBatch', topics: topicMessages.map(({ topic }) => topic) });
      for (const { topic, messages } of topicMessages) for (const record of messages) this.#append(topic, record);
      this.afterWriting();
    };
    return { ...nothings(['connect', 'disconnect']), sendBatch };
  }

  #append(topic: string, { key, value, timestamp, partition, headers }: OutgoingRecord): void {
    const records = this.#partitions(topic)[partition];
    records?.push({
      offset: String(records.length),
      timestamp,
      key: Buffer.from(key),
      value: Buffer.from(value),
      headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)])),
      isControlRecord: false,
      batchContext: { producerId: '-1', inTransaction: false },
    });
  }

  #cluster(): BrokerCluster {
    return {
      ...nothings(['connect', 'disconnect', 'refreshMetadata']),
      removeBroker: () => undefined,
      abandon: () => undefined,
      metadata: async () => ({
        clusterId: 'fake',
        topics: new Topics(),
        topicMetadata: [...this.#topics]
          .filter(([topic]) => !this.hidden.has(topic))
          .map(([topic, { length }]) => ({
            topic,
            partitionMetadata: Array.from({ length }, (_, partitionId) => ({ partitionId, leader: 1 })),
          })),
      }),
      findBroker: async () => this.#broker(),
      findGroupCoordinator: async () => {
        await this.before({ name: 'findGroupCoordinator', topics: [] });
        return this.#coordinator();
      },
    };
  }

  #broker(): BrokerNode {
    return {
      listOffsets: async ({ topics, isolationLevel }) => {
        await this.before({ name: 'listOffsets', topics: topics.map(({ topic }) => topic) });
        const offsetOf = (topic: string, { partition, timestamp }: { partition: number; timestamp: number }) => ({
          partition,
          offset: String(timestamp === -2 ? 0 : this.#end(topic, partition, isolationLevel)),
        });
        return {
          responses: topics.map(({ topic, partitions }) => ({
            topic,
            partitions: partitions.map(place => offsetOf(topic, place)),
          })),
        };
      },
      fetch: async ({ topics, maxWaitTime, isolationLevel }) => {
        await this.before({ name: 'fetch', topics: topics.map(({ topic }) => topic) });
        const look = () =>
          topics.map(({ topic, partitions }) => ({
            topicName: topic,
            partitions: partitions.map(({ partition, fetchOffset }) => {
              const records = this.#partitions(topic)[partition] ?? [];
              const from = Number(fetchOffset);
              const stable = this.#end(topic, partition, isolationLevel);
              const messages = records.slice(from, Math.min(from + this.recordsPerFetch, stable));
              return { partition, abortedTransactions: [], messages };
            }),
          }));
        const responses = look();
        if (responses.some(({ partitions }) => partitions.some(({ messages }) => messages.length > 0))) {
          return { responses };
        }
        await setTimeout(Math.min(maxWaitTime, 5));
        return { responses: look() };
      },
    };
  }

  #coordinator(): GroupCoordinator {
    const before = (name: FakeRequest['name']) => this.before({ name, topics: [] });
    return {
      joinGroup: async ({ groupId }) => {
        await before('joinGroup');
        const generationId = (this.#groups.get(groupId) ?? 0) + 1;
        this.#groups.set(groupId, generationId);
        return { generationId, leaderId: 'a', memberId: 'a', members: [{ memberId: 'a' }] };
      },
      syncGroup: async ({ groupAssignment }) => {
        await before('syncGroup');
        return { memberAssignment: groupAssignment[0]?.memberAssignment ?? Buffer.alloc(0) };
      },
      heartbeat: async () => before('heartbeat'),
      leaveGroup: async () => before('leaveGroup'),
      offsetCommit: async () => before('offsetCommit'),
      offsetFetch: async ({ topics }) => {
        await before('offsetFetch');
        const none = topics.map(({ topic, partitions }) => ({
          topic,
          partitions: partitions.map(({ partition }) => ({ partition, offset: '-1' })),
        }));
        return { responses: none };
      },
    };
  }

  #end(topic: string, partition: number, isolationLevel: number): number {
    const { length } = this.#partitions(topic)[partition] ?? [];
    return isolationLevel === readCommitted ? Math.min(length, this.openAt.get(topic) ?? length) : length;
  }

  #partitions(topic: string): FetchedRecord[][] {
    const found = this.#topics.get(topic);
    if (found === undefined) throw new TypeError(`no topic "${topic}"`);
    return found;
  }
}

/** The error of kafkajs when a connection breaks. */
export function connectionClosed(): Error {
  return Object.assign(new Error('Closed connection'), { name: 'KafkaJSConnectionClosedError' });
}

/** The answer of a coordinator to a heartbeat while its group rebalances. */
export function rebalanceInProgress(): Error {
  const answer = { name: 'KafkaJSProtocolError', type: 'REBALANCE_IN_PROGRESS' };
  return Object.assign(new Error('rebalance'), answer);
}

function nothings<Name extends string>(names: readonly Name[]): Record<Name, () => Promise<void>> {
  // One entry a name.
  return Object.fromEntries(names.map(name => [name, async () => undefined])) as Record<Name, () => Promise<void>>;
}
