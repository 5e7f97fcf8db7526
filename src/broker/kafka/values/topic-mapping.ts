import { z } from 'zod';
import { hash64Hex } from '../../../base/hash.ts';
import { isWritable, isZone, momentOf } from '../../../base/moment.ts';
import { dayMs } from '../../../base/time.ts';
import { isCompact } from '../../../base/time-forms.ts';
import type { MessageColumns, PartitionPlace } from '../../message.ts';
import type { MessageText } from '../../message-line.ts';
import { headerBytes } from '../kafka-records.ts';
import type { FetchedRecord } from '../library/broker-cluster.ts';
import { type FieldPath, isReserved, parsePath } from './field-path.ts';
import { digitsOf, excerpt, ifReadable, keyText, type Payload, shown, textOf, UnreadableRecord } from './payload.ts';
import { decoderNames, type PayloadDecoder, payloadDecoder } from './payload-decoder.ts';
import type { RegistryAccess, RegistryLogin } from './schema-registry.ts';

const path = z
  .string()
  .min(1)
  .refine(text => parsePath(text) !== undefined, 'a path such as customer.id, or "customer.id" in quotes for one key');
const paths = z.union([path, z.array(path).min(1)]).optional();

/** The name of a file, or the schema itself. */
const avroSchema = z.union([z.string().min(1), z.record(z.string(), z.unknown()), z.array(z.unknown())]);

/** A mapping file, described in docs/formats.md. */
export const mappingSchema = z.strictObject({
  version: z.literal(1),
  decoder: z.enum(decoderNames).optional(),
  avro: z
    .strictObject({
      registry: z.string().refine(isHttpUrl, 'http://host:port of a schema registry').optional(),
      schemas: z.record(z.string().regex(/^\d+$/), avroSchema).optional(),
      schema: avroSchema.optional(),
    })
    .optional(),
  type: paths,
  entity: paths,
  time: paths,
  zone: z.string().refine(isZone, 'a time zone such as Europe/Berlin').optional(),
  fields: z.strictObject({ userId: paths, productId: paths, orderId: paths, quantity: paths, price: paths }).optional(),
});

/**
 * Where type, entity, time and the dataset's columns are in messages that cqshop did not write: paths. The first path that leads to something
 * counts.
 */
export type MappingFile = z.infer<typeof mappingSchema>;

/** A mapping file in use: reads records as messages. */
export type TopicMapping = {
  /** Identifies the mapping: a dataset is resumed only with the same one. */
  readonly fingerprint: string;
  readonly file: MappingFile;
  /** Gets what is needed to read these records. @throws BROKER_UNREACHABLE, BROKER_REFUSED */
  readonly prepare: (records: readonly FetchedRecord[], access: RegistryAccess) => Promise<void>;
  /** @throws UnreadableRecord when the value cannot be read, or there is no time at all */
  readonly messageOf: (record: FetchedRecord, at: RecordPlace) => Omit<MessageText, 'offset'>;
};

/** A partition, its topic named without the prefix. */
export type RecordPlace = PartitionPlace & {
  /** Called with what could not be read of the record and what was done about it, in words without a number, and what was there. */
  readonly onUnread?: ((what: string, example: string) => void) | undefined;
};

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** Paths as the file has them, and parsed. */
type Paths = { readonly text: string; readonly parsed: readonly FieldPath[] };

const columns = ['userId', 'productId', 'orderId', 'quantity', 'price'] as const satisfies (keyof MessageColumns)[];

/** One record while it is read. */
type Reading = {
  readonly record: FetchedRecord;
  readonly topic: string;
  readonly payload: Payload;
  readonly decoder: PayloadDecoder;
  readonly names: ReadonlySet<string>;
  readonly keyText: string;
  readonly onUnread: (what: string, example?: unknown) => void;
  /** The value of the key, parsed on first use. */
  key?: { readonly value: unknown };
};

export function topicMapping(file: MappingFile, login?: RegistryLogin): TopicMapping {
  const decoder = payloadDecoder(file.decoder ?? 'json', file.avro ?? {}, login);
  const { defaults } = decoder;
  const type = pathsOf(file.type ?? defaults.type);
  const entity = pathsOf(file.entity ?? defaults.entity);
  const time = pathsOf(file.time ?? defaults.time);
  const fields = columns.map(column => {
    const given = file.fields?.[column];
    return { column, paths: pathsOf(given ?? defaults.column(column)), isGiven: given !== undefined };
  });
  const words = reservedIn(file);
  const all = [type, entity, time, ...fields.map(({ paths }) => paths)].flatMap(({ parsed }) => parsed);
  const names = new Set([...decoder.names, ...words, ...all.flatMap(one => ('names' in one ? one.names : []))]);
  return {
    fingerprint: hash64Hex(JSON.stringify(file)),
    file,
    prepare: async (records, access) => decoder.prepare?.(records, access),
    messageOf: (record, { topic, partition, onUnread: report }) => {
      const onUnread = (what: string, example?: unknown) => report?.(what, exampleOf(example));
      const payload = payloadOf(record, decoder, names);
      const reading: Reading = { record, topic, payload, decoder, names, keyText: keyOf(record, onUnread), onUnread };
      for (const word of words) {
        if (found(reading, { in: 'value', names: [word] }) === undefined) continue;
        onUnread(`${word} means the record's ${word}, although the value has a field ${word}: value:${word} names it`);
      }
      const name = columnText(valueAt(reading, type));
      if (name === '') onUnread(`no type at ${type.text}: the topic's name was taken`);
      const key = reading.keyText;
      const subject = columnText(valueAt(reading, entity));
      if (subject === '')
        onUnread(`no entity at ${entity.text}: ${key === '' ? 'it was left empty' : "the record's key was taken"}`);
      return {
        attributes: {
          kind: 'event',
          type: name === '' ? topic : name,
          id: `${topic}/${partition}/${record.offset}`,
          source: `/topics/${topic}`,
          subject: subject === '' ? key : subject,
          time: timeIn(reading, time, file.zone),
          correlationid: '',
          causationid: '',
          columns: Object.fromEntries(fields.flatMap(field => columnIn(reading, field))),
        },
        dataJson: reading.payload.text,
      };
    },
  };
}

function pathsOf(given: string | readonly string[]): Paths {
  const all = typeof given === 'string' ? [given] : given;
  const parsed = all.flatMap(one => parsePath(one) ?? []);
  return { text: all.map(one => one.replace(/^value:/, '')).join(', '), parsed };
}

/** The reserved words that the file uses. */
function reservedIn({ type, entity, time, fields }: MappingFile): readonly string[] {
  const used = [type, entity, time, ...Object.values(fields ?? {})].flat();
  return [...new Set(used)].filter(one => one !== undefined).filter(isReserved);
}

/** As much of a value as a note shows. */
function exampleOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return excerpt(shown(value), 60);
}

/** The longest text in a column [characters]: columns are held as a whole, and more than once. */
const longestColumn = 1024 * 1024;

function columnText(value: unknown): string {
  const text = textOf(value);
  return text.length > longestColumn ? '' : text;
}

/** What the first path that leads to something leads to. */
function valueAt(reading: Reading, { parsed }: Paths): unknown {
  let first: unknown;
  for (const path of parsed) {
    const value = found(reading, path);
    if (value !== undefined && value !== null && value !== '') return value;
    first ??= value;
  }
  return first;
}

const noBytes = Buffer.alloc(0);

function found(reading: Reading, path: FieldPath): unknown {
  const { record, topic, payload } = reading;
  switch (path.in) {
    case 'topic':
      return topic;
    case 'timestamp':
      return Number(record.timestamp);
    case 'key text':
      return record.key === null ? undefined : reading.keyText;
    case 'header':
      return keyText(headerBytes(record, path.name) ?? noBytes).text;
    case 'key':
      return entered(keyValue(reading), path.names);
    case 'value':
      return entered(payload.value, path.names);
  }
}

function entered(value: unknown, names: readonly string[]): unknown {
  let current = value;
  for (const name of names) {
    if (typeof current !== 'object' || current === null) return undefined;
    // A list has a length, which was not sent.
    if (!Object.hasOwn(current, name) || (Array.isArray(current) && name === 'length')) return undefined;
    // The value of an own key of parsed JSON.
    current = (current as Record<string, unknown>)[name];
  }
  return current;
}

/** A key without JSON has no fields. */
function keyValue(reading: Reading): unknown {
  const { record, decoder, names } = reading;
  const { key } = record;
  reading.key ??= { value: key === null ? undefined : ifReadable(() => decoder.readKey(key, names)) };
  return reading.key.value;
}

function keyOf({ key }: FetchedRecord, onUnread: Reading['onUnread']): string {
  if (key === null) return '';
  const { text, isBinary } = keyText(key);
  if (isBinary) onUnread('the key is not text: it was written as hexadecimal digits', text);
  return text;
}

function payloadOf(record: FetchedRecord, decoder: PayloadDecoder, names: ReadonlySet<string>): Payload {
  if (record.value !== null) return decoder.read(record.value, record, names);
  // A tombstone: the key says what is gone.
  return { text: '{}', value: decoder.withoutValue?.(record) ?? {} };
}

type Field = { readonly column: keyof MessageColumns; readonly paths: Paths; readonly isGiven: boolean };

/** A column that cannot be read is left empty. */
function columnIn(reading: Reading, { column, paths, isGiven }: Field): (readonly [keyof MessageColumns, string])[] {
  const isNumber = column === 'quantity' || column === 'price';
  const value = valueAt(reading, paths);
  const text = columnText(value);
  const read = isNumber && text !== '' ? digitsOf(value) : text;
  if (read !== undefined && read !== '') return [[column, read]];
  const isThere = value !== undefined && value !== null && value !== '';
  if (!isThere && !isGiven) return [];
  const what = isThere
    ? `${column} at ${paths.text} is no ${isNumber ? 'number' : 'text'}`
    : `no ${column} at ${paths.text}`;
  reading.onUnread(`${what}: it was left empty`, value);
  return [];
}

function timeIn(reading: Reading, paths: Paths, zone: string | undefined): number {
  const { record, onUnread } = reading;
  // -1 where the producer gave none.
  const stamped = record.timestamp === '-1' ? Number.NaN : Number(record.timestamp);
  const value = valueAt(reading, paths);
  const isStamp = paths.parsed.length === 1 && paths.parsed[0]?.in === 'timestamp';
  // A list of paths may end at the timestamp.
  const time = isStamp || value === stamped ? stamped : setTimeOf(value, zone);
  const isTime = time !== undefined && isWritable(time);
  if (isTime && !isFarAfter(time, stamped)) return time;
  if (!isStamp && isWritable(stamped)) {
    onUnread(
      isTime
        ? `the time at ${paths.text} lies more than a year after the record's timestamp, which was taken`
        : `no time at ${paths.text}: the record's timestamp was taken`,
      value,
    );
    return stamped;
  }
  throw new UnreadableRecord('it has no time in the years 0 to 9999', `timestamp ${record.timestamp}`);
}

const yearMs = 366 * dayMs;
/** Kafka's first release: an earlier timestamp is a default or the data's own time, and not when the record was written. */
const firstStampMs = Date.parse('2011-01-01T00:00:00Z');

/** A time long before the record's timestamp may be old data loaded later. A time long after it cannot have happened yet. */
function isFarAfter(timeMs: number, stampedMs: number): boolean {
  return stampedMs >= firstStampMs && timeMs - stampedMs > yearMs;
}

/** Times that mean "not set" in one language or another: no event happened at exactly that millisecond. */
const unsetMs = new Set([0, Date.parse('0001-01-01T00:00:00Z')]);

function setTimeOf(value: unknown, zone: string | undefined): number | undefined {
  if (typeof value === 'boolean') return undefined;
  const text = textOf(value);
  const time = isCompact(text) ? undefined : momentOf(text, zone);
  return time === undefined || unsetMs.has(time) ? undefined : time;
}
