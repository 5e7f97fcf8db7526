import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse, YAMLParseError } from 'yaml';
import { type Cannot, cannot, cannotFor, readFailure } from '../../../base/errors.ts';
import { checked, type Mistake, valueAt } from '../../../base/schema-issues.ts';
import { Secret } from '../secret.ts';
import { decoderNames } from './payload-decoder.ts';
import type { RegistryLogin } from './schema-registry.ts';
import { type MappingFile, mappingSchema, type TopicMapping, topicMapping } from './topic-mapping.ts';

/** @throws USAGE when the file cannot be read or is no mapping: then with every mistake in it */
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
  return mappingOf(value, invalid, dirname(path));
}

/** The mapping that a manifest keeps. @throws DATASET_CORRUPT when it is none */
export function storedTopicMapping(value: unknown, dir: string): TopicMapping {
  return mappingOf(value, cannot('DATASET_CORRUPT', `use the mapping in ${dir}/manifest.json`));
}

/** @param dir of the files of schemas; undefined for a mapping that has none */
function mappingOf(value: unknown, invalid: Cannot, dir?: string): TopicMapping {
  const { plain, login, mistakes } = takeLogin(value);
  const mapping = checked(mappingSchema, plain);
  const others = mapping.status === 'valid' ? [] : [mapping, ...mapping.others];
  const all = [...mistakes, ...others, ...misplacedAvro(plain)];
  if (mapping.status === 'invalid' || all.length > 0) throw cannotFor(invalid, all);
  const { avro, decoder } = mapping.value;
  const { part, unreadable } =
    avro === undefined || dir === undefined ? { part: avro, unreadable: [] } : inline(avro, dir);
  if (unreadable.length > 0) throw cannotFor(invalid, unreadable);
  const inlined = checked(mappingSchema, { ...mapping.value, avro: part });
  if (inlined.status === 'invalid') throw cannotFor(invalid, [inlined, ...inlined.others]);
  try {
    return topicMapping(inlined.value, login);
  } catch (cause) {
    if (decoder !== 'avro' || !(cause instanceof Error)) throw cause;
    throw invalid(`a schema cannot be used (${cause.message})`, 'Avro schemas', cause);
  }
}

type Problem = Pick<Mistake, 'found' | 'expected'>;

/** Schemas without their decoder, or the reverse; none where the decoder itself is a mistake. */
function misplacedAvro(value: unknown): readonly Problem[] {
  const isThere = valueAt(value, ['avro']) !== undefined;
  const decoder = valueAt(value, ['decoder']) ?? 'json';
  if (!decoderNames.some(name => name === decoder) || isThere === (decoder === 'avro')) return [];
  return [
    { found: isThere ? 'avro is there' : 'there is no avro', expected: 'avro with decoder: avro, and only then' },
  ];
}

type AvroPart = NonNullable<MappingFile['avro']>;

/** Puts schemas of files into the mapping, so that a dataset's manifest has them. */
function inline({ schema, schemas, ...rest }: AvroPart, dir: string) {
  const unreadable: Problem[] = [];
  const inlined = (one: unknown): unknown => {
    if (typeof one !== 'string') return one;
    const path = join(dir, one);
    try {
      return JSON.parse(readFileSync(path, 'utf8'));
    } catch (cause) {
      unreadable.push({ found: `${path}: ${readFailure(cause)}`, expected: 'an Avro schema' });
      return {};
    }
  };
  const byId = Object.entries(schemas ?? {}).map(([id, one]) => [id, inlined(one)]);
  const part = {
    ...rest,
    ...(schema === undefined ? {} : { schema: inlined(schema) }),
    ...(schemas === undefined ? {} : { schemas: Object.fromEntries(byId) }),
  };
  return { part, unreadable };
}

/** User and password of the registry's URL, and the mapping without them: neither a manifest nor an error may show them. */
function takeLogin(value: unknown): {
  readonly plain: unknown;
  readonly login?: RegistryLogin;
  readonly mistakes: readonly Problem[];
} {
  const url = valueAt(value, ['avro', 'registry']);
  const [, head = '', user, rest = ''] = typeof url === 'string' ? (/^(.*?\/\/)(.*)@(.*)$/s.exec(url) ?? []) : [];
  if (user === undefined) return { plain: value, mistakes: [] };
  const [username = '', password = ''] = user.split(/:(.*)/s).map(decoded);
  const plainWith = (registry?: string) => ({
    ...Object(value),
    avro: { ...Object(valueAt(value, ['avro'])), registry },
  });
  if (user.includes('/') || username === '') {
    const found = 'avro.registry has an @ that ends no user';
    const expected = 'http://user:password@host:port, with / as %2F and @ as %40';
    return { plain: plainWith(), mistakes: [{ found, expected }] };
  }
  return { plain: plainWith(head + rest), login: { username, password: new Secret(password) }, mistakes: [] };
}

/** The text itself where it is not encoded. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
