import type { BrokerNode } from './broker-cluster.ts';
import { requestBytes } from './kafkajs.ts';

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
  const from = new Fields(payload);
  from.tags();
  from.skip(4);
  from.each(() => {
    from.skip(4);
    from.text();
    from.skip(4);
    from.text();
    from.tags();
  });
  from.text();
  from.skip(4);
  from.each(() => {
    const error = from.take(2).readInt16BE();
    const name = from.text();
    const id = from.take(16).toString('hex');
    from.skip(1);
    from.each(() => {
      from.skip(14);
      for (let list = 0; list < 3; list++) from.each(() => from.skip(4));
      from.tags();
    });
    from.skip(4);
    from.tags();
    if (error === 0 && /[^0]/.test(id)) ids.set(name, id);
  });
  return ids;
}

/** Reads the compact formats of the protocol. */
class Fields {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  take(length: number): Buffer {
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  skip(length: number): void {
    this.#at += length;
  }

  #varint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.take(1).readUInt8();
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  }

  /** '' for none. */
  text(): string {
    return this.take(Math.max(0, this.#varint() - 1)).toString('utf8');
  }

  each(read: () => void): void {
    for (let count = this.#varint(); count > 1; count--) read();
  }

  tags(): void {
    for (let count = this.#varint(); count > 0; count--) {
      this.#varint();
      this.skip(this.#varint());
    }
  }
}
