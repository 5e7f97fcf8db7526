import { groupBy } from '../../../base/group-by.ts';

/** The part of kafkajs's inner `Cluster` that reads partitions without a consumer group. */
export type BrokerCluster = {
  readonly connect: () => Promise<void>;
  /** Waits for the answers to open requests. */
  readonly disconnect: () => Promise<void>;
  /** Ends its connections and all open requests at once, and makes no new ones. Added by cqshop. */
  readonly abandon: () => void;
  /** Of the given topics; without any, of all that this user may see. null if no broker answered. */
  readonly metadata: (options: { readonly topics: readonly string[] }) => Promise<ClusterMetadata | null>;
  readonly findBroker: (options: { readonly nodeId: number }) => Promise<BrokerNode>;
  readonly removeBroker: (address: { readonly host: string; readonly port: number }) => void;
  readonly refreshMetadata: () => Promise<void>;
  readonly findGroupCoordinator: (options: { readonly groupId: string }) => Promise<GroupCoordinator>;
};

type ByTopic<Partition> = readonly { readonly topic: string; readonly partitions: readonly Partition[] }[];
type PartitionOffset = { readonly partition: number; readonly offset: string };

/** A member of a consumer group, as its coordinator knows it. */
export type Membership = {
  readonly groupId: string;
  readonly groupGenerationId: number;
  readonly memberId: string;
};

/** The part of kafkajs's inner `Broker` that makes a member of a consumer group without kafkajs's consumer. */
export type GroupCoordinator = {
  readonly joinGroup: (request: {
    readonly groupId: string;
    readonly sessionTimeout: number;
    readonly rebalanceTimeout: number;
    /** '' at first. */
    readonly memberId: string;
    readonly groupProtocols: readonly { readonly name: string; readonly metadata: Buffer }[];
  }) => Promise<{
    readonly generationId: number;
    readonly leaderId: string;
    readonly memberId: string;
    /** For the leader only. */
    readonly members: readonly { readonly memberId: string }[];
  }>;
  readonly syncGroup: (request: {
    readonly groupId: string;
    readonly generationId: number;
    readonly memberId: string;
    readonly groupAssignment: readonly { readonly memberId: string; readonly memberAssignment: Buffer }[];
  }) => Promise<{ readonly memberAssignment: Buffer }>;
  readonly heartbeat: (member: Membership) => Promise<unknown>;
  readonly leaveGroup: (member: { readonly groupId: string; readonly memberId: string }) => Promise<unknown>;
  readonly offsetCommit: (request: Membership & { readonly topics: ByTopic<PartitionOffset> }) => Promise<unknown>;
  /** '-1' where nothing was committed. */
  readonly offsetFetch: (request: {
    readonly groupId: string;
    readonly topics: ByTopic<{ readonly partition: number }>;
  }) => Promise<{ readonly responses: ByTopic<PartitionOffset> }>;
};

export type ClusterMetadata = {
  readonly topicMetadata: readonly {
    readonly topic: string;
    readonly partitionMetadata: readonly { readonly partitionId: number; readonly leader: number }[];
  }[];
};

export type BrokerNode = {
  readonly listOffsets: (request: {
    readonly isolationLevel: number;
    readonly topics: ByTopic<{ readonly partition: number; readonly timestamp: number }>;
  }) => Promise<{ readonly responses: ByTopic<PartitionOffset> }>;
  readonly fetch: (request: {
    readonly isolationLevel: number;
    readonly maxWaitTime: number;
    readonly minBytes: number;
    readonly maxBytes: number;
    readonly topics: ByTopic<{ readonly partition: number; readonly fetchOffset: string; readonly maxBytes: number }>;
  }) => Promise<{
    readonly responses: readonly { readonly topicName: string; readonly partitions: readonly FetchedPartition[] }[];
  }>;
};

export type FetchedPartition = {
  readonly partition: number;
  readonly abortedTransactions: readonly { readonly producerId: string; readonly firstOffset: string }[];
  /** Of message sets only: batches are taken out of the answer. */
  readonly messages: readonly SetRecord[];
};

/** A record of a message set, as brokers kept them before Kafka 0.11: it has neither headers nor transactions, and in the first version no time. */
export type SetRecord = Pick<FetchedRecord, 'offset' | 'key' | 'value'> & Partial<FetchedRecord>;

export type FetchedRecord = {
  readonly offset: string;
  /** [ms since the epoch] */
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Buffer | null | undefined | (Buffer | null)[]>>;
  /** The mark of a transaction's end, which is no message. */
  readonly isControlRecord: boolean;
  readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean };
};

/** Places as a request lists them. */
export function byTopic<Place extends { readonly topic: string }, Entry>(
  places: readonly Place[],
  entryOf: (place: Place) => Entry,
): { topic: string; partitions: Entry[] }[] {
  return [...groupBy(places, ({ topic }) => topic)].map(([topic, own]) => ({ topic, partitions: own.map(entryOf) }));
}
