/** A partition of a topic. */
export type PartitionPlace = { readonly topic: string; readonly partition: number };

/** Where a partition begins and ends: messages have offsets in [low, high). */
export type PartitionOffsets = PartitionPlace & { readonly low: number; readonly high: number };

/** The part [from, to) of a partition that is to be read. */
export type PartitionRange = PartitionPlace & { readonly from: number; readonly to: number };

/** Consecutive messages of one partition, as lines of `message-line.ts`. */
export type MessageBatch = PartitionPlace & {
  /** The offset after the batch's last message. */
  readonly nextOffset: number;
  readonly messages: number;
  /** Whole lines, UTF-8, the last one with its newline. Valid until the next batch is asked for. */
  readonly lines: Uint8Array;
  /** Counts of messages by what could not be read of them, in words; absent if everything was read. */
  readonly unread?: Readonly<Record<string, number>> | undefined;
};

/**
 * A broker as the collector reads it. Topics are named without the prefix that the source was opened with.
 * The embedded log is one, Kafka another. A source waits for a broker that is away, until the signal that it was opened with is aborted: an AbortError.
 */
export type MessageSource = {
  /** As the user wrote it: `embedded:.cqshop/broker`. */
  readonly url: string;
  readonly topicPrefix: string;
  /** True if the messages of a partition are in the order of their times, so that merging needs no reordering. */
  readonly isTimeOrdered: boolean;
  /** Identifies the broker and its data: a dataset is resumed only from the cluster where it was begun. */
  readonly clusterId: () => Promise<string>;
  /** Every partition that the broker has under the prefix, ordered by topic, then partition. */
  readonly partitions: () => Promise<readonly PartitionOffsets[]>;
  /** Reads the given ranges to their ends, each in offset order, partitions interleaved as suits the broker. */
  readonly read: (ranges: readonly PartitionRange[]) => AsyncIterable<MessageBatch>;
  readonly close: () => Promise<void>;
};
