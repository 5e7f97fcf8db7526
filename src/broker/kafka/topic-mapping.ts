import { readFileSync } from 'node:fs';
import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { CqshopError } from '../../base/errors.ts';
import { hash64Hex } from '../../base/hash.ts';
import { pluralize } from '../../base/pluralize.ts';
import { checked } from '../../base/schema-issues.ts';
import { readFailure } from '../../base/unreadable.ts';
import type { Message, MessageData } from '../message.ts';
import type { FetchedRecord } from './broker-cluster.ts';
import { headerOf } from './kafka-records.ts';

const path = z.string().min(1).optional();

/** A mapping file, described in docs/formats.md. */
export const mappingSchema = z.strictObject({
  version: z.literal(1),
  type: z.string().min(1).default('topic'),
  entity: z.string().min(1).default('key'),
  time: z.string().min(1).default('timestamp'),
  fields: z.strictObject({ userId: path, productId: path, orderId: path, quantity: path, price: path }).optional(),
});

/**
 * Where type, entity, time and the dataset's columns are in messages that cqshop did not write. Each is a path into the JSON value
 * (`customer.id`, `lines.0.sku`), or `key`, `timestamp`, `topic`, `header:NAME`.
 */
export type MappingFile = z.infer<typeof mappingSchema>;

/** A mapping file at work: takes records for messages. */
export type TopicMapping = {
  /** Tells two mappings apart: a dataset is resumed with the same only. */
  readonly fingerprint: string;
  readonly file: MappingFile;
  /** @throws BROKER_CORRUPT when the value is no JSON, or there is no time at all */
  readonly messageOf: (record: FetchedRecord, at: RecordPlace) => Message;
  /** What could not be read so far, in words with counts. */
  readonly notes: () => readonly string[];
};

export type RecordPlace = {
  /** Without prefix. */
  readonly topic: string;
  readonly partition: number;
  /** Names the record in an error. */
  readonly place: () => string;
  /** Is told, in words without a number, what could not be read of the record and what was done about it. */
  readonly onUnread?: ((what: string) => void) | undefined;
};

/** @throws USAGE when the file cannot be read or is no mapping */
export function readTopicMapping(path: string): TopicMapping {
  const invalid = (what: string, expected: string, cause?: unknown) =>
    new CqshopError('USAGE', `Cannot use mapping ${path}: ${what}, expected ${expected}`, { cause });
  let text: string;
  let value: unknown;
  try {
    text = readFileSync(path, 'utf8');
    value = parse(text);
  } catch (cause) {
    if (!(cause instanceof YAMLParseError)) throw invalid(readFailure(cause), 'a YAML file', cause);
    const line = cause.linePos?.[0].line ?? 1;
    throw invalid(`line ${line} is no YAML`, 'version, type, entity, time and fields', cause);
  }
  return mappingOf(value, invalid);
}

/** The mapping that a manifest keeps. @throws DATASET_CORRUPT when it is none */
export function storedTopicMapping(value: unknown, dir: string): TopicMapping {
  return mappingOf(
    value,
    (what, expected) =>
      new CqshopError(
        'DATASET_CORRUPT',
        `Cannot use the mapping in ${dir}/manifest.json: ${what}, expected ${expected}`,
      ),
  );
}

function mappingOf(value: unknown, invalid: (what: string, expected: string) => CqshopError): TopicMapping {
  const mapping = checked(mappingSchema, value);
  if (mapping.status === 'valid') return topicMapping(mapping.value);
  throw invalid(mapping.found, mapping.expected);
}

export function topicMapping(mapping: MappingFile): TopicMapping {
  const counts = new Map<string, number>();
  return {
    fingerprint: hash64Hex(JSON.stringify(mapping), 0n),
    file: mapping,
    notes: () => [...counts].map(([what, messages]) => unreadNote(what, messages)),
    messageOf: (record, { topic, partition, place, onUnread: tell }) => {
      const onUnread = (what: string) => {
        counts.set(what, (counts.get(what) ?? 0) + 1);
        tell?.(what);
      };
      const value = parseValue(record, place);
      const at = (path: string) => valueAt(path, { record, topic, value });
      const type = textOf(at(mapping.type));
      if (type === '') onUnread(`no type at ${mapping.type}: the topic's name was taken`);
      const key = record.key?.toString('utf8') ?? '';
      const entity = textOf(at(mapping.entity));
      if (entity === '')
        onUnread(`no entity at ${mapping.entity}: ${key === '' ? 'it was left empty' : "the record's key was taken"}`);
      return {
        kind: 'event',
        type: type === '' ? topic : type,
        id: `${topic}/${partition}/${record.offset}`,
        source: `/topics/${topic}`,
        subject: entity === '' ? key : entity,
        time: timeIn(record, { path: mapping.time, at, place, onUnread }),
        correlationid: '',
        causationid: '',
        data: dataOf(value, mapping, { at, onUnread }),
      };
    },
  };
}

/** "no type at event.name: the topic's name was taken (2 messages)" */
export function unreadNote(what: string, messages: number): string {
  return `${what} (${pluralize(messages, 'message')})`;
}

type Finding = { readonly at: (path: string) => unknown; readonly onUnread: (what: string) => void };

type Known = { readonly record: FetchedRecord; readonly topic: string; readonly value: unknown };

function valueAt(path: string, { record, topic, value }: Known): unknown {
  if (path === 'topic') return topic;
  if (path === 'key') return record.key?.toString('utf8');
  if (path === 'timestamp') return Number(record.timestamp);
  if (path.startsWith('header:')) return headerOf(record, path.slice('header:'.length));
  let current: unknown = value;
  for (const name of path.split('.')) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, name)) return undefined;
    // The value of an own key of parsed JSON.
    current = (current as Record<string, unknown>)[name];
  }
  return current;
}

function parseValue({ value }: FetchedRecord, place: () => string): unknown {
  // A tombstone: the key says what is gone.
  if (value === null) return {};
  try {
    return JSON.parse(value.toString('utf8'));
  } catch (cause) {
    throw new CqshopError('BROKER_CORRUPT', `Cannot read ${place()}: its value is no JSON, expected JSON`, { cause });
  }
}

/** The payload with the mapped columns in it. What has no value to be read is left as it is, or null where another value would pass for it. */
function dataOf(value: unknown, { fields }: MappingFile, { at, onUnread }: Finding): MessageData {
  const data: MessageData =
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value))
      : { value };
  const added = Object.entries(fields ?? {}).flatMap(
    ([column, path]): (readonly [string, string | number | null])[] => {
      if (path === undefined) return [];
      const isNumber = column === 'quantity' || column === 'price';
      const found = at(path);
      const read = isNumber ? numberOf(found) : textOf(found);
      if (read !== undefined && read !== '') return [[column, read]];
      const isThere = found !== undefined && found !== null && found !== '';
      const what = isThere ? `${column} at ${path} is no ${isNumber ? 'number' : 'text'}` : `no ${column} at ${path}`;
      onUnread(`${what}: it was left empty`);
      return path !== column && Object.hasOwn(data, column) ? [[column, null]] : [];
    },
  );
  return { ...data, ...Object.fromEntries(added) };
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** A number of JSON, or one as text; true is none, nor is 12,50. */
function numberOf(value: unknown): number | undefined {
  const isNumber =
    typeof value === 'number' || (typeof value === 'string' && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value));
  return isNumber && Number.isFinite(Number(value)) ? Number(value) : undefined;
}

function timeIn(
  record: FetchedRecord,
  { path, at, place, onUnread }: Finding & { readonly path: string } & Pick<RecordPlace, 'place'>,
): number {
  const stamped = Number(record.timestamp);
  const time = path === 'timestamp' ? stamped : setTimeOf(at(path));
  const isTime = time !== undefined && isWritable(time);
  if (isTime && !isFarAfter(time, stamped)) return time;
  if (path !== 'timestamp' && isWritable(stamped)) {
    onUnread(
      isTime
        ? `the time at ${path} lies more than a year after the record's timestamp, which was taken`
        : `no time at ${path}: the record's timestamp was taken`,
    );
    return stamped;
  }
  throw new CqshopError(
    'BROKER_CORRUPT',
    `Cannot read ${place()}: its timestamp is ${record.timestamp}, expected milliseconds in the years 0 to 9999, or another time in the mapping`,
  );
}

const yearMs = 366 * 24 * 3_600_000;
/** Kafka's first release: an earlier timestamp is none, but a default or the data's own time. */
const firstStampMs = Date.parse('2011-01-01T00:00:00Z');

/** What lies long before its record was stamped may be old data loaded later; what lies long after it cannot have happened yet. */
function isFarAfter(timeMs: number, stampedMs: number): boolean {
  return stampedMs >= firstStampMs && timeMs - stampedMs > yearMs;
}

const rfc3339 = {
  firstMs: Date.parse('0000-01-01T00:00:00Z'),
  lastMs: Date.parse('9999-12-31T23:59:59.999Z'),
} as const;

/** RFC 3339, which datasets are written in, has four digits for the year. */
function isWritable(timeMs: number): boolean {
  return timeMs >= rfc3339.firstMs && timeMs <= rfc3339.lastMs;
}

/** What a time is that nobody has set, in the formats of one language or another: no event happened at that very millisecond. */
const unsetMs = new Set([0, Date.parse('0001-01-01T00:00:00Z')]);

function setTimeOf(value: unknown): number | undefined {
  const time = timeOf(value);
  return time === undefined || unsetMs.has(time) ? undefined : time;
}

/**
 * RFC 3339, or seconds, milli-, micro- or nanoseconds since the epoch, told apart by their size (years 1973 to 5138). A time without its
 * offset from UTC would be another one on each machine.
 */
function timeOf(value: unknown): number | undefined {
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i.test(value)) {
    const parsed = Date.parse(value);
    return Number.isNaN(parsed) ? undefined : parsed;
  }
  const number =
    typeof value === 'number' || (typeof value === 'string' && /^\d+(\.\d+)?$/.test(value)) ? Number(value) : undefined;
  if (number === undefined || number < 0) return undefined;
  if (number < 1e11) return Math.round(number * 1000);
  if (number < 1e14) return Math.round(number);
  return Math.round(number < 1e17 ? number / 1e3 : number / 1e6);
}
