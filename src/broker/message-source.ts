/** Where a partition begins and ends: messages have offsets in [low, high). */
export type PartitionOffsets = {
  readonly topic: string;
  readonly partition: number;
  readonly low: number;
  readonly high: number;
};

/** The part [from, to) of a partition that is to be read. */
export type PartitionRange = {
  readonly topic: string;
  readonly partition: number;
  readonly from: number;
  readonly to: number;
};

/** Consecutive messages of one partition, as lines of `message-line.ts`. */
export type MessageBatch = {
  readonly topic: string;
  readonly partition: number;
  /** The offset after the batch's last message. */
  readonly nextOffset: number;
  readonly messages: number;
  /** Whole lines, UTF-8, the last one with its newline. Valid until the next batch is asked for. */
  readonly lines: Uint8Array;
  /** Messages by what could not be read of them, in words; left out if all was. */
  readonly unread?: Readonly<Record<string, number>> | undefined;
};

/**
 * A broker as the collector reads it. Topics are named without the prefix that the source was opened with.
 * The embedded log is one, Kafka another. One that may be away waits for it, until a signal that it was opened with gives that up: an AbortError.
 */
export type MessageSource = {
  /** As the user wrote it: `embedded:.cqshop/broker`. */
  readonly url: string;
  readonly topicPrefix: string;
  /** True if the messages of a partition are in the order of their times, so that merging needs no reordering. */
  readonly isTimeOrdered: boolean;
  /** Tells one broker's life from another's: a dataset is resumed only from where it was begun. */
  readonly clusterId: () => Promise<string>;
  /** Every partition that the broker has under the prefix, ordered by topic, then partition. */
  readonly partitions: () => Promise<readonly PartitionOffsets[]>;
  /** Reads the given ranges to their ends, each in offset order, partitions interleaved as suits the broker. */
  readonly read: (ranges: readonly PartitionRange[]) => AsyncIterable<MessageBatch>;
  readonly close: () => Promise<void>;
};
