import type { BrokerNode } from './broker-cluster.ts';
import { requestBytes } from './kafkajs.ts';
import { Cursor } from './record-batch.ts';

/** Metadata, version 12 (https://kafka.apache.org/protocol#The_Messages_Metadata): Kafka 2.8 and later. kafkajs has no version with ids of topics. */
const api = { apiKey: 3, apiName: 'Metadata', apiVersion: 12 } as const;

/**
 * The ids of topics, by name; those that are gone are left out. A topic that is deleted and created again has another id. Older brokers, which have
 * no ids, give none.
 */
export async function topicIds(broker: BrokerNode, topics: readonly string[]): Promise<ReadonlyMap<string, string>> {
  // Not in its types, as for the fetch with its batches.
  const metadata: unknown = Reflect.get(broker, 'metadata');
  const versions: unknown = Reflect.get(broker, 'versions');
  if (typeof metadata !== 'function' || !isKnownTo(versions) || topics.length === 0) return new Map();
  const protocol = {
    request: { ...api, encode: async () => requestBytes(requestFor(topics)) },
    response: { decode: async (payload: Buffer) => ({ ids: idsIn(payload) }), parse: async (data: object) => data },
  };
  const own = Object.create(broker, { lookupRequest: { value: () => () => protocol } });
  const { ids } = (await Reflect.apply(metadata, own, [])) as { readonly ids: ReadonlyMap<string, string> };
  return ids;
}

function isKnownTo(versions: unknown): boolean {
  const own: unknown = Reflect.get(Object(versions), api.apiKey);
  return Number(Reflect.get(Object(own), 'maxVersion') ?? 0) >= api.apiVersion;
}

function requestFor(topics: readonly string[]): Buffer {
  // The tags that end the header, which kafkajs does not know; then for each topic no id, its name and no tags.
  const each = topics.map(topic => {
    const name = Buffer.from(topic);
    return Buffer.concat([Buffer.alloc(16), varint(name.length + 1), name, Buffer.from([0])]);
  });
  // Neither creates topics nor asks for rights; no tags.
  return Buffer.concat([Buffer.from([0]), varint(topics.length + 1), ...each, Buffer.from([0, 0, 0])]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
  return Buffer.from([...bytes, rest]);
}

function idsIn(payload: Buffer): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  const from = new Cursor(payload);
  skipTags(from);
  from.take(4);
  eachIn(from, () => {
    from.take(4);
    textIn(from);
    from.take(4);
    textIn(from);
    skipTags(from);
  });
  textIn(from);
  from.take(4);
  eachIn(from, () => {
    const error = from.take(2).readInt16BE();
    const name = textIn(from);
    const id = from.take(16).toString('hex');
    from.take(1);
    eachIn(from, () => {
      from.take(14);
      for (let list = 0; list < 3; list++) eachIn(from, () => from.take(4));
      skipTags(from);
    });
    from.take(4);
    skipTags(from);
    if (error === 0 && /[^0]/.test(id)) ids.set(name, id);
  });
  return ids;
}

/** A text in the compact format of the protocol; '' for none. */
function textIn(from: Cursor): string {
  return from.take(Math.max(0, from.unsigned() - 1)).toString();
}

function eachIn(from: Cursor, read: () => void): void {
  for (let count = from.unsigned(); count > 1; count--) read();
}

function skipTags(from: Cursor): void {
  for (let count = from.unsigned(); count > 0; count--) {
    from.unsigned();
    from.take(from.unsigned());
  }
}
