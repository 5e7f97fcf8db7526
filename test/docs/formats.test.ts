import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse as parseCsv } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { mappingSchema } from '../../src/broker/kafka/values/topic-mapping.ts';
import { manifestSchema } from '../../src/data/dataset/manifest.ts';
import { eventColumns } from '../../src/data/dataset/record.ts';
import { causedSchema, labelSchema } from '../../src/data/dataset/truth.ts';
import { seriesColumns, seriesManifestSchema } from '../../src/data/series/series-manifest.ts';
import { modelSchema } from '../../src/lab/detectors/model.ts';
import {
  detectionSchemaIn,
  readDetections,
  scoreSchema,
  unnamedDetector,
} from '../../src/lab/detectors/read-detections.ts';
import { detectionColumns, scoreColumns } from '../../src/lab/detectors/write-detections.ts';
import { gateSchema } from '../../src/lab/evaluation/gate.ts';
import { resultRowSchema } from '../../src/lab/evaluation/result-rows.ts';
import { resultColumns, resultsSchema } from '../../src/lab/evaluation/results-file.ts';
import { checkScenario } from '../../src/shop/scenarios/check-scenario.ts';
import { scenarioSchema } from '../../src/shop/scenarios/scenario.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const page = await readFile('docs/formats.md', 'utf8');

/** One name of a row of one of the page's tables, without its quotes: a row may be about several keys. */
type Row = { readonly name: string; readonly value: string; readonly missing: string; readonly example: string };

/** The table under a heading, with the bounds of figures and the keys of another table where a sentence states them. */
function tableOf(heading: string): readonly Row[] {
  const matches = sectionOf(heading).matchAll(/^\| `([^|]+)` \| (.+) \| (.+) \| `(.+)` \|$/gm);
  const rows = [...matches].flatMap(([, names = '', value = '', missing = '', example = '']) =>
    names.split('`, `').map(name => ({ name, value, missing, example })),
  );
  const [, first] =
    /^`…Low` and `…High` are the bounds .* of each figure from `(\w+)` on/m.exec(sectionOf(heading)) ?? [];
  const figures = first === undefined ? [] : rows.slice(rows.findIndex(({ name }) => name === first));
  const bounds = figures.flatMap(row =>
    ['Low', 'High'].map(bound => ({ ...row, name: row.name + bound, missing: 'yes; may be `null`' })),
  );
  const base = /The keys are those of `(labels.jsonl)`/.exec(sectionOf(heading))?.[1];
  const others = base === undefined ? [] : tableOf(base).filter(row => rows.every(({ name }) => name !== row.name));
  return [...rows, ...bounds, ...others];
}

/** The text under a heading, up to the next one. */
function sectionOf(heading: string): string {
  const section = new RegExp(`^#+ ${heading.replace('.', '\\.')}\\n([^]*?)(?=^#)`, 'm').exec(`${page}\n# end`)?.[1];
  if (section === undefined) throw new Error(`docs/formats.md has no heading "${heading}"`);
  return section;
}

/** The first code block of a language under a heading. */
function exampleOf(heading: string, language: string): string {
  return new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(sectionOf(heading))?.[1] ?? '';
}

/** A key that a schema takes. */
type Key = {
  readonly name: string;
  readonly isOptional: boolean;
  readonly isNullable: boolean;
  /** As JSON, or as plain text. */
  readonly default?: string;
  readonly words: readonly string[];
};

/** As far as `z.toJSONSchema` of our schemas goes. */
type JsonSchema = {
  readonly type?: string | readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly default?: unknown;
  readonly enum?: readonly string[];
};

/** The keys of a schema and of the objects within: `a.b`, `a[].b` in a list, `a.*.b` in a record. */
function keysOf(schema: z.ZodType): readonly Key[] {
  return keysIn(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema, '');
}

function keysIn({ properties = {}, required = [] }: JsonSchema, prefix: string): readonly Key[] {
  return Object.entries(properties).flatMap(([key, field]) => {
    const alternatives = field.anyOf?.filter(({ type }) => type !== 'null') ?? [];
    const [only = field] = alternatives.length === 1 ? alternatives : [field];
    const name = `${prefix}${key}`;
    const { default: value } = field;
    const hasDefault = ['string', 'number', 'boolean'].includes(typeof value);
    const record = typeof only.additionalProperties === 'object' ? only.additionalProperties : {};
    return [
      {
        name,
        isOptional: !required.includes(key),
        isNullable: [field, ...(field.anyOf ?? [])].some(({ type }) => type === 'null' || type?.includes('null')),
        ...(hasDefault ? { default: String(value) } : {}),
        words: only.enum ?? [],
      },
      ...keysIn(only, `${name}.`),
      ...keysIn(only.items ?? {}, `${name}[].`),
      ...keysIn(record, `${name}.*.`),
    ];
  });
}

const isOptional = ({ missing }: Row) => missing.startsWith('yes');

const files: readonly (readonly [heading: string, schema: z.ZodType])[] = [
  ['Scenario', scenarioSchema],
  ['Topic mapping', mappingSchema],
  ['labels.jsonl', labelSchema],
  ['near_misses.jsonl', labelSchema],
  ['caused.csv', causedSchema],
  ['manifest.json', manifestSchema],
  ['Series manifest', seriesManifestSchema],
  ['model.json', modelSchema],
  ['detections.csv', detectionSchemaIn()],
  ['scores.csv', scoreSchema],
  ['results.csv', resultRowSchema],
  ['Gate file', gateSchema],
];

describe.each(files)('docs/formats.md, %s', (heading, schema) => {
  const keys = keysOf(schema);
  const rows = tableOf(heading);

  test('has a row for each key of the schema, and no other', () => {
    expect(rows.map(({ name }) => name).sort()).toEqual(keys.map(({ name }) => name).sort());
  });

  test('says which keys may be missing, and which may be null', () => {
    const expected = keys.map(key => [key.name, key.isOptional, key.isNullable]);
    const found = rows.map(row => [row.name, isOptional(row), row.missing.includes('`null`')]);
    expect(Object.fromEntries(found.map(([name, ...is]) => [name, is]))).toEqual(
      Object.fromEntries(expected.map(([name, ...is]) => [name, is])),
    );
  });

  test('gives the default of the schema, and no other', () => {
    const stated = rows.flatMap(({ name, missing }) => {
      const value = /default `([^`]+)`/.exec(missing)?.[1];
      return value === undefined ? [] : [[name, value]];
    });
    const defaults = keys.flatMap(key => (key.default === undefined ? [] : [[key.name, key.default]]));
    expect(Object.fromEntries(stated)).toEqual(Object.fromEntries(defaults));
  });

  test('names every word that a key may have', () => {
    for (const { name, words } of keys) {
      const row = rows.find(candidate => candidate.name === name);
      for (const word of words) expect(row?.value, name).toContain(`\`${word}\``);
    }
  });
});

describe('docs/formats.md, columns', () => {
  const columns: readonly (readonly [heading: string, columns: readonly string[]])[] = [
    ['events.csv', eventColumns],
    ['series.csv', seriesColumns],
    ['detections.csv', detectionColumns],
    ['scores.csv', scoreColumns],
    ['results.csv', resultColumns],
  ];

  test.each(columns)('%s has the columns in the order in which they are written', (heading, expected) => {
    expect(tableOf(heading).map(({ name }) => name)).toEqual(expected);
  });

  test('results.json has the keys that are written', () => {
    expect(tableOf('results.json').map(({ name }) => name)).toEqual(Object.keys(resultsSchema.shape));
  });
});

describe('docs/formats.md, examples', () => {
  test('the scenario is valid', () => {
    expect(checkScenario(exampleOf('Scenario', 'yaml'), 'mine.yaml')).toMatchObject({
      status: 'valid',
    });
  });

  test('detections.csv with the mandatory columns only is read, with the stated defaults', async () => {
    const path = join(temporaryDirectory(), 'detections.csv');
    await writeFile(path, exampleOf('detections.csv', 'csv'));
    const [alarm] = readDetections(path);
    expect(alarm).toMatchObject({ detector: unnamedDetector, detectedAtMs: alarm?.endMs, score: Number.NaN });
    const missing = new Map(tableOf('detections.csv').map(row => [row.name, row.missing]));
    expect(missing.get('detector')).toContain(`\`${unnamedDetector}\``);
    expect(missing.get('detected_at')).toContain('`end`');
  });

  test('a cell of events.csv that may not be empty is never empty in the sample', async () => {
    const mayBeEmpty = new Set(
      tableOf('events.csv').flatMap(({ name, missing }) => (missing === 'may be empty' ? [name] : [])),
    );
    const rows: readonly Record<string, string>[] = parseCsv(await readFile('datasets/sample/events.csv', 'utf8'), {
      columns: true,
    });
    const empty = new Set(
      rows.flatMap(row => Object.entries(row).flatMap(([name, cell]) => (cell === '' ? [name] : []))),
    );
    expect([...empty].filter(name => !mayBeEmpty.has(name))).toEqual([]);
  });

  test('every key of a receipt of the sample is explained', async () => {
    const lines = (await readFile('datasets/sample/labels.jsonl', 'utf8')).trim().split('\n');
    for (const line of lines) {
      for (const key of Object.keys(labelSchema.parse(JSON.parse(line)).receipt)) {
        expect(sectionOf('labels.jsonl')).toContain(`\`${key}\``);
      }
    }
  });
});
