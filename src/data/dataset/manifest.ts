import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { type CqshopError, cannot } from '../../base/errors.ts';
import { sha256 } from '../../base/hash.ts';
import { isObject } from '../../base/is-object.ts';
import { readJsonFile } from '../../base/json-file.ts';
import { similarPath } from '../../base/similar-path.ts';
import { assertMayOpen, statIfThere } from '../../base/stat-if-there.ts';
import { withoutSlash } from '../../base/whole-file.ts';
import { runLagSchema } from './truth.ts';

/** Version of the dataset's files; readers reject any other. */
export const datasetFormat = 1;

/** The files of a dataset besides its manifest. */
export const datasetFiles = ['events.csv', 'labels.jsonl', 'near_misses.jsonl', 'caused.csv', 'README.md'] as const;
export type DatasetFile = (typeof datasetFiles)[number];

/** What a manifest says of a file. */
export const fileSchema = z.object({ bytes: z.int().nonnegative(), sha256: z.string().regex(/^[0-9a-f]{64}$/) });

/** As `z.record`, which leaves out a key `__proto__`: messages may have any type. */
function countsOf<Value>(value: z.ZodType<Value>): z.ZodType<Readonly<Record<string, Value>>> {
  return z.custom<Readonly<Record<string, Value>>>(isObject).superRefine((counts, context) => {
    for (const [key, one] of Object.entries(counts)) {
      for (const issue of value.safeParse(one).error?.issues ?? []) {
        context.addIssue({ ...issue, path: [key, ...issue.path] });
      }
    }
  });
}

/** `manifest.json`, described in docs/formats.md. */
export const manifestSchema = z.object({
  format: z.literal(datasetFormat),
  toolVersion: z.string().describe('of the collector'),
  simulatorVersion: z.string().nullable(),
  scenario: z.string().nullable().describe('null, like all that is known of the run only, for messages from elsewhere'),
  scenarioHash: z.string().nullable(),
  scenarioFile: z.string().optional().describe('the name of its file, for one that has no name here'),
  scale: z.number().positive().optional().describe('factor on the number of customers, if --scale gave it'),
  seed: z.number().nullable(),
  start: z.iso.datetime().describe('virtual'),
  end: z.iso.datetime().describe('virtual'),
  days: z.number().nullable(),
  withoutAnomalies: z.boolean().nullable(),
  twin: z.boolean().nullable(),
  complete: z.boolean().describe('false if the run had not said that it was finished'),
  degraded: z.literal(true).optional().describe('of a live run that was too slow for its customers'),
  lag: runLagSchema.optional().describe('how late such a run was, in virtual time'),
  messages: z.int().nonnegative().describe('rows of events.csv'),
  topics: countsOf(countsOf(z.int())).describe('messages by topic and type'),
  labels: z.int().nonnegative(),
  nearMisses: z.int().nonnegative(),
  partitions: z.array(
    z.object({
      topic: z.string(),
      partition: z.int().nonnegative(),
      from: z.int().nonnegative().describe('first offset'),
      to: z.int().nonnegative().describe('offset after the last'),
      messages: z.int().nonnegative(),
    }),
  ),
  deletedBefore: z
    .int()
    .positive()
    .optional()
    .describe(
      'offsets of topics that cqshop did not write which retention had deleted before the first collected one; left out if none',
    ),
  mapping: z.record(z.string(), z.unknown()).optional().describe('the mapping file, for messages from elsewhere'),
  unread: z
    .record(z.string(), z.int().positive())
    .optional()
    .describe('messages by what the mapping could not read of them, in words; left out if all was read'),
  unreadFirst: z
    .record(z.string(), z.string())
    .optional()
    .describe('by the same words, the place of the first such message, and what was there'),
  unreadable: z
    .record(z.string(), z.object({ messages: z.int().positive(), first: z.string() }))
    .optional()
    .describe('records that could not be read and are no rows, by the reason; left out if there are none'),
  files: z.record(z.enum(datasetFiles), fileSchema),
});

/** `manifest.json`: what a dataset holds and how it came about. Nothing in it depends on where or when it was collected. */
export type Manifest = z.infer<typeof manifestSchema>;
export type FileDigest = z.infer<typeof fileSchema>;

/** What a manifest says of a file with this content. */
export function digestOf(content: string | Uint8Array): FileDigest {
  return { bytes: Buffer.byteLength(content), sha256: sha256(content) };
}
export type PartitionContent = Manifest['partitions'][number];

/** True if the directory holds a series dataset, finished or damaged. */
export function isSeriesDataset(dir: string): boolean {
  const path = join(dir, 'manifest.json');
  if (!existsSync(path)) return false;
  return existsSync(join(dir, 'series.csv')) || seriesEntrySchema.safeParse(jsonIn(path)).success;
}

const seriesEntrySchema = z.object({
  kind: z.enum(['count', 'value']),
  files: z.object({ 'series.csv': z.object({ sha256: z.string() }) }),
});

function jsonIn(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** @throws DATASET_NOT_FOUND when the directory has none; DATASET_CORRUPT when it is not one of this format */
export function readManifest(dir: string): Manifest {
  const path = join(dir, 'manifest.json');
  if (!existsSync(path)) throw notFound(dir);
  if (isSeriesDataset(dir)) {
    const fails = cannot('DATASET_NOT_FOUND', `open dataset ${dir}`);
    throw fails(
      'it is a series dataset',
      'one of messages, that `cqshop collect` finished; for series there are `cqshop train series` and `cqshop detect series`',
    );
  }
  return readJsonFile(path, manifestSchema, {
    code: 'DATASET_CORRUPT',
    what: 'dataset',
    expected: 'what `cqshop collect` writes',
  });
}

function notFound(dir: string): CqshopError {
  const fails = cannot('DATASET_NOT_FOUND', `open dataset ${dir}`);
  const finished = 'that `cqshop collect` finished, or `cqshop import` for series';
  if (statIfThere(dir)?.isFile() === true) {
    const around = dirname(dir);
    const hasManifest = existsSync(join(around, 'manifest.json'));
    return fails('it is a file', hasManifest ? `a directory, such as ${around}` : `a directory ${finished}`);
  }
  const trimmed = withoutSlash(dir);
  const partial = trimmed.endsWith('.partial') ? trimmed : `${trimmed}.partial`;
  if (existsSync(partial)) {
    const out = partial.slice(0, -'.partial'.length);
    return fails(
      `it is unfinished (${basename(partial)} is there)`,
      `a finished one; the \`cqshop collect\` that began it resumes it, with --out ${out}`,
    );
  }
  if (existsSync(dir)) {
    assertMayOpen(dir);
    return fails('the directory has no manifest.json', `one ${finished}`);
  }
  return fails(
    'there is no such directory',
    `one ${finished}${similarPath(dir, { usual: 'datasets', file: 'manifest.json' })}`,
  );
}
