import { isObject } from '../../../base/is-object.ts';
import { headerBytes, headerOf } from '../kafka-records.ts';
import type { FetchedRecord } from '../library/broker-cluster.ts';
import { type AvroSchemas, avroReader, decimalText } from './avro.ts';
import {
  digitsOf,
  ifReadable,
  isNumber,
  keyText,
  numberOf,
  type Payload,
  type PayloadValue,
  payloadOfText,
  readPayload,
  textOf,
  UnreadableRecord,
} from './payload.ts';
import type { RegistryAccess, RegistryLogin } from './schema-registry.ts';

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
  /** Gets what it needs to read such records. @throws BROKER_UNREACHABLE, BROKER_REFUSED */
  readonly prepare?: (records: readonly FetchedRecord[], access: RegistryAccess) => Promise<void>;
  /** What it looks for itself in a value. */
  readonly names: readonly string[];
  /** The text of the value, and what paths lead through. @param names of paths, and its own @throws UnreadableRecord */
  readonly read: (value: Buffer, record: FetchedRecord, names: ReadonlySet<string>) => Payload;
  /** What paths lead through in a record without a value; default: nothing. */
  readonly withoutValue?: (record: FetchedRecord) => PayloadValue;
  /** What paths into the key lead through. @throws UnreadableRecord */
  readonly readKey: (key: Buffer, names: ReadonlySet<string>) => PayloadValue;
};

/** @throws Error when an Avro schema is invalid, or cannot be used */
export function payloadDecoder(
  name: DecoderName,
  avro: AvroSchemas,
  login?: RegistryLogin | undefined,
): PayloadDecoder {
  switch (name) {
    case 'json':
      return json;
    case 'cloudevents':
      return cloudEvents;
    case 'debezium':
      return debezium;
    case 'avro':
      return avroDecoder(avro, login);
  }
}

const json: PayloadDecoder = {
  defaults: { type: ['topic'], entity: ['key'], time: ['timestamp'], column: name => [`value:${name}`] },
  names: [],
  read: (value, _record, names) => readPayload(value, names),
  readKey: (key, names) => readPayload(key, names).value,
};

/** CloudEvents 1.0 in either mode. Paths lead through the event, whose payload is `data`. */
const cloudEvents: PayloadDecoder = {
  ...json,
  defaults: {
    type: ['type'],
    entity: ['subject', 'key'],
    time: ['time', 'timestamp'],
    column: name => [`data.${name}`],
  },
  names: ['specversion', 'data', 'data_base64'],
  read: (value, record, names) => {
    const attributes = attributesIn(record);
    const isStructured = headerOf(record, 'content-type').startsWith('application/cloudevents');
    if (attributes !== undefined && !isStructured) {
      // An event need not have a payload.
      if (value.length === 0) return { text: '{}', value: attributes };
      const { text, value: data } = readPayload(value, names);
      return { text, value: { ...attributes, data } };
    }
    const payload = readPayload(value, names);
    if (Array.isArray(payload.value)) throw new UnreadableRecord('it is a batch of CloudEvents, or none');
    if (!isObject(payload.value) || typeof payload.value.specversion !== 'string') {
      throw new UnreadableRecord('it is no CloudEvent');
    }
    return { ...payload, value: withData(payload.value, names) };
  },
  withoutValue: attributesIn,
};

/** The attributes of an event in binary mode; undefined if it is none. */
function attributesIn(record: FetchedRecord): Readonly<Record<string, unknown>> | undefined {
  if (headerOf(record, 'ce_specversion') === '') return undefined;
  const attributes = Object.keys(record.headers).flatMap(name => {
    const bytes = headerBytes(record, name);
    return name.startsWith('ce_') && bytes ? [[name.slice(3), keyText(bytes).text] as const] : [];
  });
  return Object.fromEntries(attributes);
}

/** An event may carry its payload in base64. */
function withData(event: Readonly<Record<string, unknown>>, names: ReadonlySet<string>): PayloadValue {
  if (event.data !== undefined || typeof event.data_base64 !== 'string') return event;
  const bytes = Buffer.from(event.data_base64, 'base64');
  const data = ifReadable(() => readPayload(bytes, names).value);
  return data === undefined ? event : { ...event, data };
}

/** A change of a row: `op`, `before` and `after`, with their schema around them or without. `row` is `after`, or `before` of a delete. */
const debezium: PayloadDecoder = {
  defaults: {
    type: ['op'],
    entity: ['key:id', 'row.id', 'key'],
    time: ['source.ts_ms', 'ts_ms', 'timestamp'],
    column: name => [`row.${name}`],
  },
  names: [
    ...['schema', 'payload', 'op', 'before', 'after'],
    ...['name', 'parameters', 'scale', 'value', 'items', 'fields', 'field'],
  ],
  read: (value, _record, names) => {
    const { text, value: whole } = readPayload(value, names);
    const change = withoutSchema(whole);
    if (!isObject(change) || change.op === undefined) throw new UnreadableRecord('it is no change event of Debezium');
    return { text, value: { ...change, row: rowIn(change.after, names) ?? rowIn(change.before, names) } };
  },
  readKey: (key, names) => withoutSchema(readPayload(key, names).value),
};

/** Its connector for MongoDB writes a row as text. */
function rowIn(side: PayloadValue, names: ReadonlySet<string>): PayloadValue {
  if (typeof side !== 'string' || !side.startsWith('{')) return side;
  return ifReadable(() => readPayload(Buffer.from(side), names).value);
}

function withoutSchema(value: PayloadValue): PayloadValue {
  return isObject(value) && 'schema' in value && 'payload' in value ? withDecimals(value.payload, value.schema) : value;
}

/** A decimal is bytes in base64, and its schema has the scale; or an object with both. */
function withDecimals(value: PayloadValue, schema: PayloadValue): PayloadValue {
  if (!isObject(schema)) return value;
  if (schema.name === 'org.apache.kafka.connect.data.Decimal') {
    return decimalIn(value, isObject(schema.parameters) ? schema.parameters.scale : undefined);
  }
  if (schema.name === 'io.debezium.data.VariableScaleDecimal') {
    return isObject(value) ? decimalIn(value.value, value.scale) : value;
  }
  if (Array.isArray(value)) return value.map(one => withDecimals(one, schema.items));
  if (!isObject(value) || !Array.isArray(schema.fields)) return value;
  const fields = new Map(schema.fields.filter(isObject).map(field => [field.field, field]));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withDecimals(one, fields.get(name))]));
}

function decimalIn(value: PayloadValue, scale: PayloadValue): PayloadValue {
  const places = Number(digitsOf(scale));
  if (typeof value !== 'string' || isNumber(value) || !Number.isSafeInteger(places)) return value;
  return numberOf(decimalText(Buffer.from(textOf(value), 'base64'), places));
}

function avroDecoder(schemas: AvroSchemas, login: RegistryLogin | undefined): PayloadDecoder {
  const reader = avroReader(schemas, login);
  const keys = avroReader({ ...schemas, schema: undefined }, login);
  return {
    ...json,
    prepare: async (records, access) => {
      await reader.prepare(
        records.map(({ value }) => value),
        access,
      );
      await keys.prepare(
        records.map(({ key }) => key),
        access,
      );
    },
    read: (value, _record, names) => payloadOfText(reader.jsonOf(value), names),
    readKey: (key, names) => (key[0] === 0 ? payloadOfText(keys.jsonOf(key), names).value : json.readKey(key, names)),
  };
}
