import { readFileSync } from 'node:fs';
import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { CqshopError } from '../../errors.ts';
import { hash64Hex } from '../../kernel/hash.ts';
import { checked } from '../../mistakes.ts';
import { whyUnreadable } from '../../unreadable.ts';
import type { MessageData } from '../message.ts';
import { formatMessageLine } from '../message-line.ts';
import type { FetchedRecord } from './broker-cluster.ts';
import { headerOf } from './kafka-records.ts';

const path = z.string().min(1).optional();

const mappingSchema = z.strictObject({
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

/** A mapping file at work: turns records into the lines that the collector keeps. */
export type TopicMapping = {
  /** Tells two mappings apart: a dataset is resumed with the same only. */
  readonly fingerprint: string;
  /** @throws BROKER_CORRUPT when the value is no JSON */
  readonly lineOf: (record: FetchedRecord, at: RecordPlace) => string;
  /** What had to be made up so far, in words with counts. */
  readonly notes: () => readonly string[];
};

export type RecordPlace = {
  /** Without prefix. */
  readonly topic: string;
  readonly partition: number;
  /** Names the record in an error. */
  readonly place: () => string;
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
    if (!(cause instanceof YAMLParseError)) throw invalid(whyUnreadable(cause), 'a YAML file', cause);
    const line = cause.linePos?.[0].line ?? 1;
    throw invalid(`line ${line} is no YAML`, 'version, type, entity, time and fields', cause);
  }
  const mapping = checked(mappingSchema, value);
  if (mapping.status === 'valid') return topicMapping(mapping.value);
  throw invalid(mapping.found, mapping.expected);
}

export function topicMapping(mapping: MappingFile): TopicMapping {
  const made = new Map<string, number>();
  const count = (what: string) => made.set(what, (made.get(what) ?? 0) + 1);
  return {
    fingerprint: hash64Hex(JSON.stringify(mapping), 0n),
    notes: () => [...made].map(([what, messages]) => `${messages} messages ${what}`),
    lineOf: (record, { topic, partition, place }) => {
      const value = parseValue(record, place);
      const at = (path: string) => valueAt(path, { record, topic, value });
      const type = textOf(at(mapping.type));
      if (type === '') count(`have no type at ${mapping.type}: their topic's name was taken`);
      const entity = textOf(at(mapping.entity));
      const time = mapping.time === 'timestamp' ? Number(record.timestamp) : timeOf(at(mapping.time));
      if (time === undefined) count(`have no time at ${mapping.time}: the record's timestamp was taken`);
      return formatMessageLine(Number(record.offset), {
        kind: 'event',
        type: type === '' ? topic : type,
        id: `${topic}/${partition}/${record.offset}`,
        source: `/topics/${topic}`,
        subject: entity,
        time: time ?? Number(record.timestamp),
        correlationid: '',
        causationid: '',
        data: dataOf(value, mapping, at),
      });
    },
  };
}

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

function dataOf(value: unknown, { fields }: MappingFile, at: (path: string) => unknown): MessageData {
  const data = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : { value };
  const added = Object.entries(fields ?? {}).flatMap(([column, path]) => {
    const found = path === undefined ? undefined : at(path);
    if (found === undefined || found === null) return [];
    const isNumber = column === 'quantity' || column === 'price';
    return [[column, isNumber ? Number(found) : textOf(found)] as const];
  });
  return { ...data, ...Object.fromEntries(added) };
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** RFC 3339, or seconds, milli-, micro- or nanoseconds since the epoch, told apart by their size (years 1973 to 5138). */
function timeOf(value: unknown): number | undefined {
  if (typeof value === 'string' && value !== '' && !/^\d+(\.\d+)?$/.test(value)) {
    const parsed = Date.parse(value);
    return Number.isNaN(parsed) ? undefined : parsed;
  }
  if (value === '' || (typeof value !== 'string' && typeof value !== 'number')) return undefined;
  const number = Number(value);
  if (!Number.isFinite(number) || number < 0) return undefined;
  if (number < 1e11) return Math.round(number * 1000);
  if (number < 1e14) return Math.round(number);
  return Math.round(number < 1e17 ? number / 1e3 : number / 1e6);
}
