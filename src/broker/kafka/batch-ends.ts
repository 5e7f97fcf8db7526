import type { BrokerNode } from './broker-cluster.ts';

type FetchRequest = Parameters<BrokerNode['fetch']>[0];
type FetchAnswer = Awaited<ReturnType<BrokerNode['fetch']>>;

/** How kafkajs writes a request and reads its answer, in the version that the broker speaks. */
type Protocol = {
  readonly request: { readonly apiVersion: number };
  readonly response: { readonly decode: (payload: Buffer) => Promise<object> };
};
type LookupRequest = (apiKey: number, definition: unknown) => (request: object) => Protocol;

/** A fetch's answer with the offset after the last whole batch of each partition that has any, by 'topic/partition'. */
export type FetchWithEnds = FetchAnswer & { readonly batchEnds: ReadonlyMap<string, number> };

/**
 * Fetches, and keeps what kafkajs drops: the ends of batches whose records compaction has removed. Without them, a partition that ends in
 * such batches would be read at the same offset for ever.
 */
export async function fetchWithEnds(broker: BrokerNode, request: FetchRequest): Promise<FetchWithEnds> {
  let batchEnds: ReadonlyMap<string, number> = new Map();
  // Not in its types: by this property a kafkajs broker finds how to write a request.
  const lookup = Reflect.get(broker, 'lookupRequest') as LookupRequest;
  const lookupWithEnds: LookupRequest = (apiKey, definition) => request => {
    const protocol = lookup(apiKey, definition)(request);
    const decode = (payload: Buffer) => {
      batchEnds = batchEndsOf(payload, protocol.request.apiVersion);
      return protocol.response.decode(payload);
    };
    return { ...protocol, response: { ...protocol.response, decode } };
  };
  // Everything else is the broker's own, which stays as it is.
  const own: BrokerNode = Object.create(broker, { lookupRequest: { value: lookupWithEnds } });
  const answer = await own.fetch(request);
  return { ...answer, batchEnds };
}

/**
 * Reads the heads of batches in the answer to a fetch, versions 4 to 11 (https://kafka.apache.org/protocol#The_Messages_Fetch). It does not
 * read the message sets that Kafka used before 0.11.
 */
export function batchEndsOf(payload: Buffer, apiVersion: number): ReadonlyMap<string, number> {
  const ends = new Map<string, number>();
  if (apiVersion < 4) return ends;
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
      const end = lastBatchEnd(payload.subarray(at, at + bytes));
      if (end !== undefined) ends.set(`${topic}/${partition}`, end);
      at += bytes;
    }
  }
  return ends;
}

const head = { lengthAt: 8, magicAt: 16, lastOffsetDeltaAt: 23, bytes: 61 } as const;

/** The last batch may be cut off. */
function lastBatchEnd(records: Buffer): number | undefined {
  let end: number | undefined;
  for (let at = 0; at + head.bytes <= records.length; ) {
    const next = at + head.lengthAt + 4 + records.readInt32BE(at + head.lengthAt);
    if (records.readInt8(at + head.magicAt) !== 2 || next > records.length) break;
    end = Number(records.readBigInt64BE(at)) + records.readInt32BE(at + head.lastOffsetDeltaAt) + 1;
    at = next;
  }
  return end;
}
