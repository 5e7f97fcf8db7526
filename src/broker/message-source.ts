import { type CqshopError, cannot } from '../base/errors.ts';
import { pluralize } from '../base/words.ts';
import type { PartitionPlace } from './message.ts';

/** Where a partition begins and ends: messages have offsets in [low, high). */
export type PartitionOffsets = PartitionPlace & {
  readonly low: number;
  readonly high: number;
  /** Of the topic, which has another one if it is deleted and created again; undefined where the broker has no ids. */
  readonly topicId?: string | undefined;
};

/** The part [from, to) of a partition that is to be read. */
export type PartitionRange = PartitionPlace & { readonly from: number; readonly to: number };

/** Consecutive messages of one partition, as lines of `message-line.ts`. */
export type MessageBatch = PartitionPlace & {
  /** The offset after the batch's last message. */
  readonly nextOffset: number;
  readonly messages: number;
  /** Whole lines, UTF-8, the last one with its newline. Valid until the next batch is asked for. */
  readonly lines: Uint8Array;
  /** Messages that could be read in part only; absent if everything was read. */
  readonly unread?: Findings | undefined;
  /** Records that could not be read at all and are no messages; absent if there are none. */
  readonly unreadable?: Findings | undefined;
};

/** What was found in records, by its description: how many records, and the place and content of the first. */
export type Findings = Readonly<Record<string, Finding>>;
export type Finding = { readonly messages: number; readonly first: string };

/** "no type at event.name: the topic's name was taken (2 messages), first orders/0 offset 12". The part about the first is left out where it is not known. */
export function unreadNote(what: string, messages: number, first?: string): string {
  return `${what} (${pluralize(messages, 'message')})${first === undefined ? '' : `, first ${first}`}`;
}

/** The error for records none of which is a message; undefined if there are no records. @param doing "collect URL" */
export function nothingReadable(
  doing: string,
  topicPrefix: string,
  unreadable: Findings = {},
): CqshopError | undefined {
  const [first] = Object.entries(unreadable);
  if (first === undefined) return undefined;
  const [what, { messages, first: place }] = first;
  const found = `no message can be read: ${unreadNote(what, messages, topicPrefix + place)}`;
  return cannot('BROKER_CORRUPT', doing)(found, 'at least one that can');
}

/** Where something was found. */
export type FoundAt = {
  readonly place: string;
  /** What was there; '' for nothing. */
  readonly detail: string;
  readonly records?: number;
};

/** Adds what was found at a place. */
export function addFinding(
  sum: Findings | undefined,
  what: string,
  { place, detail, records = 1 }: FoundAt,
): Findings | undefined {
  return addFindings(sum, { [what]: { messages: records, first: detail === '' ? place : `${place}: ${detail}` } });
}

/** Adds findings up; the first of each stays the first. */
export function addFindings(sum: Findings | undefined, more: Findings | undefined): Findings | undefined {
  if (more === undefined) return sum;
  const all = { ...sum };
  for (const [what, { messages, first }] of Object.entries(more)) {
    const known = all[what];
    all[what] = known === undefined ? { messages, first } : { ...known, messages: known.messages + messages };
  }
  return all;
}

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
  /** The offsets of partitions that cannot be read yet, because a transaction is open; absent where there are no transactions. */
  readonly heldBack?: (places: readonly PartitionPlace[]) => Promise<readonly PartitionRange[]>;
  readonly close: () => Promise<void>;
};
