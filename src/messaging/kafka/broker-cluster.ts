/** What of kafkajs's inner `Cluster` is used to read partitions without a consumer group. */
export type BrokerCluster = {
  readonly connect: () => Promise<void>;
  readonly disconnect: () => Promise<void>;
  /** Of the given topics; of all that this user may see for none. */
  readonly metadata: (options: { readonly topics: readonly string[] }) => Promise<ClusterMetadata>;
  readonly findBroker: (options: { readonly nodeId: number }) => Promise<BrokerNode>;
  readonly removeBroker: (address: { readonly host: string; readonly port: number }) => void;
};

export type ClusterMetadata = {
  readonly clusterId: string | null;
  readonly topicMetadata: readonly {
    readonly topic: string;
    readonly partitionMetadata: readonly { readonly partitionId: number; readonly leader: number }[];
  }[];
};

export type BrokerNode = {
  readonly listOffsets: (request: {
    readonly isolationLevel: number;
    readonly topics: readonly {
      readonly topic: string;
      readonly partitions: readonly { readonly partition: number; readonly timestamp: number }[];
    }[];
  }) => Promise<{
    readonly responses: readonly {
      readonly topic: string;
      readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
    }[];
  }>;
  readonly fetch: (request: {
    readonly isolationLevel: number;
    readonly maxWaitTime: number;
    readonly minBytes: number;
    readonly maxBytes: number;
    readonly topics: readonly {
      readonly topic: string;
      readonly partitions: readonly {
        readonly partition: number;
        readonly fetchOffset: string;
        readonly maxBytes: number;
      }[];
    }[];
  }) => Promise<{
    readonly responses: readonly {
      readonly topicName: string;
      readonly partitions: readonly FetchedPartition[];
    }[];
  }>;
};

export type FetchedPartition = {
  readonly partition: number;
  readonly highWatermark: string;
  readonly lastStableOffset: string;
  readonly abortedTransactions: readonly { readonly producerId: string; readonly firstOffset: string }[];
  readonly messages: readonly FetchedRecord[];
};

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
