import { type AvroSchemas, avroReader } from './avro.ts';
import type { FetchedRecord } from './broker-cluster.ts';
import { keyText, type Payload, type PayloadValue, payloadOfText, readPayload, UnreadableRecord } from './payload.ts';

export const decoderNames = ['json', 'cloudevents', 'debezium', 'avro'] as const;
export type DecoderName = (typeof decoderNames)[number];

/** Reads the values and keys of one kind of message. */
export type PayloadDecoder = {
  /** The paths that a mapping need not name. */
  readonly defaults: {
    readonly type: readonly string[];
    readonly entity: readonly string[];
    readonly time: readonly string[];
    /** Where a column of the dataset is. */
    readonly column: (name: string) => readonly string[];
  };
  /** Gets what it needs to read such records. @throws BROKER_UNREACHABLE */
  readonly prepare?: (records: readonly FetchedRecord[]) => Promise<void>;
  /** The text of the value, and what paths lead through. @throws UnreadableRecord */
  readonly read: (value: Buffer, record: FetchedRecord) => Payload;
  /** What paths into the key lead through. @throws UnreadableRecord */
  readonly readKey: (key: Buffer) => PayloadValue;
};

/** @throws Error when a schema of Avro is none */
export function payloadDecoder(name: DecoderName, avro: AvroSchemas): PayloadDecoder {
  switch (name) {
    case 'json':
      return json;
    case 'cloudevents':
      return cloudEvents;
    case 'debezium':
      return debezium;
    case 'avro':
      return avroDecoder(avro);
  }
}

const json: PayloadDecoder = {
  defaults: { type: ['topic'], entity: ['key'], time: ['timestamp'], column: name => [`value:${name}`] },
  read: value => readPayload(value),
  readKey: key => readPayload(key).value,
};

/** CloudEvents 1.0 in either mode. Paths lead through the event, whose payload is `data`. */
const cloudEvents: PayloadDecoder = {
  ...json,
  defaults: {
    ...{ type: ['type'], entity: ['subject', 'key'], time: ['time', 'timestamp'] },
    column: name => [`data.${name}`],
  },
  read: (value, { headers }) => {
    const payload = readPayload(value);
    if (isObject(payload.value) && typeof payload.value.specversion === 'string') return payload;
    const attributes = Object.entries(headers).flatMap(([name, held]) => {
      const first = Array.isArray(held) ? held[0] : held;
      return name.startsWith('ce_') && first ? [[name.slice(3), keyText(Buffer.from(first)).text] as const] : [];
    });
    if (!attributes.some(([name]) => name === 'specversion')) throw new UnreadableRecord('it is no CloudEvent');
    return { ...payload, value: { ...Object.fromEntries(attributes), data: payload.value } };
  },
};

/** A change of a row: `op`, `before` and `after`, with their schema around them or without. */
const debezium: PayloadDecoder = {
  defaults: {
    type: ['op'],
    entity: ['key:id', 'after.id', 'before.id', 'key'],
    time: ['source.ts_ms', 'ts_ms', 'timestamp'],
    column: name => [`after.${name}`, `before.${name}`],
  },
  read: value => {
    const { text, value: whole } = readPayload(value);
    const change = withoutSchema(whole);
    if (!isObject(change) || change.op === undefined) throw new UnreadableRecord('it is no change event of Debezium');
    return { text, value: change };
  },
  readKey: key => withoutSchema(readPayload(key).value),
};

function withoutSchema(value: PayloadValue): PayloadValue {
  return isObject(value) && 'schema' in value && 'payload' in value ? value.payload : value;
}

function isObject(value: PayloadValue): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function avroDecoder(schemas: AvroSchemas): PayloadDecoder {
  const reader = avroReader(schemas);
  const keys = avroReader({ ...schemas, schema: undefined });
  return {
    ...json,
    prepare: async records => {
      await reader.prepare(records.map(({ value }) => value));
      await keys.prepare(records.map(({ key }) => key));
    },
    read: value => payloadOfText(reader.jsonOf(value)),
    readKey: key => (key[0] === 0 ? payloadOfText(keys.jsonOf(key)).value : json.readKey(key)),
  };
}
