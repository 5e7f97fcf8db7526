import type { PartitionPlace } from '../../message.ts';
import type { PartitionRange } from '../../message-source.ts';
import { type BrokenBatch, unpack } from '../library/batch-ends.ts';
import type { FetchedPartition, FetchedRecord, SetRecord } from '../library/broker-cluster.ts';

/** Consecutive records of one partition. */
export type RecordBatch = PartitionPlace & {
  readonly records: readonly FetchedRecord[];
  /** Batches of the broker that cannot be unpacked, whose records are not among `records`. */
  readonly broken: readonly BrokenBatch[];
  /** The next offset to read: after the last record, or further where the next offsets hold no messages. */
  readonly nextOffset: number;
};

/** What a fetch gave of one partition. */
export type PackedPart = {
  readonly range: PartitionRange;
  readonly fetched: FetchedPartition;
  /** undefined for message sets of before Kafka 0.11, which are among `fetched.messages`. */
  readonly packed: Buffer | undefined;
  /** The next offset to fetch. */
  readonly nextOffset: number;
};

/** The offset to read after what was fetched. @param end after the last batch, if any */
export function nextOffsetOf(
  { from, to }: PartitionRange,
  { messages }: FetchedPartition,
  end: number | undefined,
): number {
  const last = Number(messages.at(-1)?.offset ?? from);
  // A batch keeps its end when compaction removes messages from it. In old formats the end is unknown, so reading goes one offset on.
  return Math.min(to, Math.max(end ?? last + 1, from + 1));
}

/** Its records that are messages, some at a time. */
export async function* unpacked({ range, fetched, packed, nextOffset }: PackedPart): AsyncGenerator<RecordBatch> {
  const { topic, partition, from, to } = range;
  const filter = new VisibleRecords(fetched.abortedTransactions);
  const isWanted = ({ offset }: FetchedRecord) => Number(offset) >= from && Number(offset) < to;
  const visible = (records: readonly FetchedRecord[]) =>
    records.filter(record => filter.isVisible(record) && isWanted(record));
  if (packed === undefined) {
    yield { topic, partition, records: visible(fetched.messages.map(completed)), broken: [], nextOffset };
    return;
  }
  for await (const { records, broken, end } of unpack(packed)) {
    const found = visible(records);
    // Of a batch that begins before what is wanted.
    if (end <= from) continue;
    const within = broken.filter(batch => batch.to > from && batch.from < to);
    yield { topic, partition, records: found, broken: within, nextOffset: Math.min(to, end) };
  }
}

function completed(record: SetRecord): FetchedRecord {
  const batchContext = { producerId: '-1', inTransaction: false };
  return { timestamp: '-1', headers: {}, isControlRecord: false, batchContext, ...record };
}

/** Leaves out aborted messages and the marks of transactions, in the order of offsets. */
class VisibleRecords {
  readonly #aborted: { readonly producerId: string; readonly firstOffset: string }[];
  readonly #open = new Set<string>();

  constructor(aborted: FetchedPartition['abortedTransactions']) {
    this.#aborted = aborted.toSorted((a, b) => Number(a.firstOffset) - Number(b.firstOffset));
  }

  isVisible({ offset, key, isControlRecord, batchContext }: FetchedRecord): boolean {
    while (this.#aborted[0] !== undefined && Number(this.#aborted[0].firstOffset) <= Number(offset)) {
      this.#open.add(this.#aborted[0].producerId);
      this.#aborted.shift();
    }
    // The mark of an abort: version 0, type 0.
    if (isControlRecord && key?.readInt32BE(0) === 0) this.#open.delete(batchContext.producerId);
    return !isControlRecord && !(batchContext.inTransaction && this.#open.has(batchContext.producerId));
  }
}
