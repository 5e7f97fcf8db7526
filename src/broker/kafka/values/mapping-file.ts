import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse, YAMLParseError } from 'yaml';
import { type Cannot, cannot, readFailure } from '../../../base/errors.ts';
import { checked, valueAt } from '../../../base/schema-issues.ts';
import { Secret } from '../secret.ts';
import type { RegistryLogin } from './schema-registry.ts';
import { type MappingFile, mappingSchema, type TopicMapping, topicMapping } from './topic-mapping.ts';

/** @throws USAGE when the file cannot be read or is no mapping */
export function readTopicMapping(path: string): TopicMapping {
  const invalid = cannot('USAGE', `use mapping ${path}`);
  let value: unknown;
  try {
    value = parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    if (!(cause instanceof YAMLParseError)) throw invalid(readFailure(cause), 'a YAML file', cause);
    const line = cause.linePos?.[0].line ?? 1;
    throw invalid(`line ${line} is not YAML`, 'version, type, entity, time and fields', cause);
  }
  return mappingOf(value, invalid, name => readSchema(join(dirname(path), name), invalid));
}

/** A schema in a file goes into the mapping, so that a dataset's manifest has it. */
function readSchema(path: string, invalid: Cannot): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw invalid(`${path}: ${readFailure(cause)}`, 'an Avro schema', cause);
  }
}

/** The mapping that a manifest keeps. @throws DATASET_CORRUPT when it is none */
export function storedTopicMapping(value: unknown, dir: string): TopicMapping {
  return mappingOf(value, cannot('DATASET_CORRUPT', `use the mapping in ${dir}/manifest.json`));
}

function mappingOf(value: unknown, invalid: Cannot, read: (name: string) => unknown = name => name): TopicMapping {
  const { plain, login } = takeLogin(value, invalid);
  const mapping = checked(mappingSchema, plain);
  if (mapping.status === 'invalid') throw invalid(mapping.found, mapping.expected);
  const { avro, decoder } = mapping.value;
  if ((avro === undefined) !== (decoder !== 'avro')) {
    throw invalid(avro === undefined ? 'there is no avro' : 'avro is there', 'avro with decoder: avro, and only then');
  }
  const inlined = checked(mappingSchema, {
    ...mapping.value,
    ...(avro === undefined ? {} : { avro: inline(avro, read) }),
  });
  if (inlined.status === 'invalid') throw invalid(inlined.found, inlined.expected);
  try {
    return topicMapping(inlined.value, login);
  } catch (cause) {
    if (decoder !== 'avro' || !(cause instanceof Error)) throw cause;
    throw invalid(`a schema cannot be used (${cause.message})`, 'Avro schemas', cause);
  }
}

type AvroPart = NonNullable<MappingFile['avro']>;

function inline({ schema, schemas, ...rest }: AvroPart, read: (name: string) => unknown): object {
  const inlined = (one: unknown) => (typeof one === 'string' ? read(one) : one);
  const byId = Object.entries(schemas ?? {}).map(([id, one]) => [id, inlined(one)]);
  return {
    ...rest,
    ...(schema === undefined ? {} : { schema: inlined(schema) }),
    ...(schemas === undefined ? {} : { schemas: Object.fromEntries(byId) }),
  };
}

/** User and password of the registry's URL, and the mapping without them: neither a manifest nor an error may show them. */
function takeLogin(value: unknown, invalid: Cannot): { readonly plain: unknown; readonly login?: RegistryLogin } {
  const url = valueAt(value, ['avro', 'registry']);
  const [, head = '', user, rest = ''] = typeof url === 'string' ? (/^(.*?\/\/)(.*)@(.*)$/s.exec(url) ?? []) : [];
  if (user === undefined) return { plain: value };
  const [username = '', password = ''] = user.split(/:(.*)/s).map(decoded);
  if (user.includes('/') || username === '') {
    throw invalid(
      'avro.registry has an @ that ends no user',
      'http://user:password@host:port, with / as %2F and @ as %40',
    );
  }
  const plain = { ...Object(value), avro: { ...Object(valueAt(value, ['avro'])), registry: head + rest } };
  return { plain, login: { username, password: new Secret(password) } };
}

/** The text itself where it is not encoded. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
