import { reasonOf } from '../../../base/errors.ts';
import { partitionName } from '../../topics.ts';
import { collectGarbage } from '../collect-garbage.ts';
import type { BrokerNode, FetchedRecord } from './broker-cluster.ts';
import type { CodecName } from './codecs.ts';
import { codecOf, decodeRecordBatch, head } from './record-batch.ts';

type FetchRequest = Parameters<BrokerNode['fetch']>[0];

/** How kafkajs writes a request and reads its answer, in the version that the broker speaks. */
type Protocol = {
  readonly request: { readonly apiVersion: number };
  readonly response: { readonly decode: (payload: Buffer) => Promise<object> };
};
type LookupRequest = (apiKey: number, definition: unknown) => (request: object) => Protocol;

/** A batch that cannot be unpacked: its offsets [from, to) and its number of records. */
export type BrokenBatch = {
  readonly from: number;
  readonly to: number;
  readonly records: number;
  readonly why: string;
};

/**
 * Fetches, and keeps the batches as they came, since kafkajs
 *
 * - drops the ends of batches whose records compaction has removed: a partition that ends in such batches would be read at the same offset for ever;
 * - fails with a stack overflow at a batch of more than some 100,000 records;
 * - fails for the whole answer when one batch cannot be unpacked;
 * - unpacks all batches at once, which may be a hundred times as large.
 *
 * @returns its answer, and by 'topic/partition' the batches of records in it, still packed
 */
export async function fetchWithBatches(broker: BrokerNode, request: FetchRequest) {
  let batches: ReadonlyMap<string, Buffer> = new Map();
  // Not in its types: by this property a kafkajs broker finds how to write a request.
  const lookup = Reflect.get(broker, 'lookupRequest') as LookupRequest;
  const lookupWithBatches: LookupRequest = (apiKey, definition) => request => {
    const protocol = lookup(apiKey, definition)(request);
    const decode = (payload: Buffer) => {
      const split = splitAnswer(payload, protocol.request.apiVersion);
      batches = split.batches;
      return protocol.response.decode(split.head);
    };
    return { ...protocol, response: { ...protocol.response, decode } };
  };
  // Everything else is the broker's own, which stays as it is.
  const own: BrokerNode = Object.create(broker, { lookupRequest: { value: lookupWithBatches } });
  return { ...(await own.fetch(request)), batches };
}

/**
 * Takes the batches of records out of the answer to a fetch, versions 4 to 11 (https://kafka.apache.org/protocol#The_Messages_Fetch). The message
 * sets that Kafka used before 0.11 stay in it.
 *
 * @returns the answer without them, and the batches by 'topic/partition'
 */
export function splitAnswer(
  payload: Buffer,
  apiVersion: number,
): { readonly head: Buffer; readonly batches: ReadonlyMap<string, Buffer> } {
  const batches = new Map<string, Buffer>();
  if (apiVersion < 4) return { head: payload, batches };
  const parts: Buffer[] = [];
  let kept = 0;
  let at = apiVersion >= 7 ? 10 : 4;
  const int32 = () => {
    at += 4;
    return payload.readInt32BE(at - 4);
  };
  for (let topics = int32(); topics > 0; topics--) {
    const length = payload.readInt16BE(at);
    const topic = payload.toString('utf8', at + 2, at + 2 + length);
    at += 2 + length;
    for (let partitions = int32(); partitions > 0; partitions--) {
      const partition = int32();
      // Error, high watermark, last stable offset; since version 5 the log's first offset.
      at += 2 + 8 + 8 + (apiVersion >= 5 ? 8 : 0);
      // Aborted transactions of 16 bytes; since version 11 the replica to read from.
      const aborted = Math.max(0, int32());
      at += aborted * 16 + (apiVersion >= 11 ? 4 : 0);
      const bytes = Math.max(0, int32());
      const records = payload.subarray(at, at + bytes);
      if (isBatch(records)) {
        batches.set(partitionName({ topic, partition }), records);
        parts.push(payload.subarray(kept, at - 4), noRecords);
        kept = at + bytes;
      }
      at += bytes;
    }
  }
  return { head: parts.length === 0 ? payload : Buffer.concat([...parts, payload.subarray(kept)]), batches };
}

const noRecords = Buffer.alloc(4);

function isBatch(records: Buffer): boolean {
  return records.length > head.magicAt && records.readInt8(head.magicAt) === 2;
}

/** The offset after the last whole batch; undefined if there is none. */
export function endOf(batches: Buffer): number | undefined {
  let end: number | undefined;
  for (const batch of wholeBatches(batches)) end = endOfBatch(batch);
  return end;
}

/** The codecs of batches, which need not be unpacked for that. */
export function codecsOf(batches: Buffer): readonly CodecName[] {
  return [...wholeBatches(batches)].flatMap(batch => codecOf(batch) ?? []);
}

/** Consecutive records of some batches. */
export type UnpackedBatches = {
  readonly records: readonly FetchedRecord[];
  readonly broken: readonly BrokenBatch[];
  /** The offset after the last of them. */
  readonly end: number;
};

/** How many records, and how many bytes of values, are unpacked together at most. */
const together = { records: 2000, bytes: 4 * 1024 * 1024 } as const;

/** Copies of a value of this size matter [bytes]. For smaller ones, collecting garbage takes more time than it saves. */
const largeBytes = 1024 * 1024;

/** Unpacks consecutive batches, some records at a time: a batch of a megabyte may hold millions. The last batch may be cut off. */
export async function* unpack(batches: Buffer): AsyncGenerator<UnpackedBatches> {
  const nothing = () => ({ records: [] as FetchedRecord[], broken: [] as BrokenBatch[], bytes: 0 });
  let part = nothing();
  /** The end of what was yielded. */
  let yieldedTo: number | undefined;
  let end: number | undefined;
  for (const batch of wholeBatches(batches)) {
    end = endOfBatch(batch);
    let from = Number(batch.readBigInt64BE(0));
    let left = batch.readInt32BE(head.recordsAt);
    try {
      for (const record of await decodeRecordBatch(batch)) {
        part.records.push(record);
        part.bytes += record.value?.length ?? 0;
        from = Number(record.offset) + 1;
        left -= 1;
        if (part.records.length < together.records && part.bytes < together.bytes) continue;
        yieldedTo = left === 0 ? end : from;
        const isLarge = part.records.some(({ value }) => value !== null && value.length > largeBytes);
        yield { ...part, end: yieldedTo };
        part = nothing();
        if (isLarge) collectGarbage();
      }
    } catch (error) {
      part.broken.push({ from, to: end, records: left, why: reasonOf(error) });
    }
  }
  if (end !== undefined && end !== yieldedTo) yield { ...part, end };
}

function* wholeBatches(batches: Buffer): Generator<Buffer> {
  for (let at = 0; at + head.bytes <= batches.length; ) {
    const next = at + head.lengthAt + 4 + batches.readInt32BE(at + head.lengthAt);
    const batch = batches.subarray(at, next);
    if (!isBatch(batch) || next > batches.length) return;
    yield batch;
    at = next;
  }
}

function endOfBatch(batch: Buffer): number {
  return Number(batch.readBigInt64BE(0)) + batch.readInt32BE(head.lastOffsetDeltaAt) + 1;
}
