import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { z } from 'zod';
import { reasonOf } from '../../base/errors.ts';
import { checked } from '../../base/schema-issues.ts';
import { compareCounts } from './checked-counts.ts';
import { type DatasetFile, digestOf, type FileDigest } from './manifest.ts';
import type { Dataset } from './read-dataset.ts';
import { checkDigest, corrupt } from './read-events.ts';
import { type CausedBy, causedSchema, type Label, labelSchema } from './truth.ts';

/** A dataset with labels, of messages or of series. */
type Labelled = Pick<Dataset, 'dir' | 'isVerified'> & {
  readonly manifest: {
    readonly labels: number;
    readonly files: { readonly [Name in DatasetFile]?: FileDigest | undefined };
  };
};

/** The anomalies of a dataset, ordered by start, then id. @throws DATASET_CORRUPT */
export async function readLabels(dataset: Labelled): Promise<readonly Label[]> {
  return readLabelLines(dataset, 'labels.jsonl', dataset.manifest.labels);
}

/** What must not alarm, ordered by start, then id. @throws DATASET_CORRUPT */
export async function readNearMisses(dataset: Dataset): Promise<readonly Label[]> {
  return readLabelLines(dataset, 'near_misses.jsonl', dataset.manifest.nearMisses);
}

/** By message id, what the anomalies caused; messages that no anomaly touched are absent. @throws DATASET_CORRUPT */
export async function readCaused(dataset: Dataset): Promise<ReadonlyMap<string, readonly CausedBy[]>> {
  const name = 'caused.csv';
  const [header, ...rows] = parseCsv(dataset, name, await readChecked(dataset, name));
  if (header?.join() !== 'message_id,label_id,relation') {
    throw corrupt(`${dataset.dir}/${name}`)(`its columns are ${header?.join()}`, 'message_id,label_id,relation');
  }
  const caused = new Map<string, CausedBy[]>();
  for (const [index, [message_id, label_id, relation]] of rows.entries()) {
    const row = parseWith(dataset, `${name}, line ${index + 2}`, causedSchema, { message_id, label_id, relation });
    const causes = caused.get(row.message_id) ?? [];
    causes.push({ labelId: row.label_id, relation: row.relation });
    caused.set(row.message_id, causes);
  }
  return caused;
}

async function readLabelLines(dataset: Labelled, name: DatasetFile, counted: number): Promise<readonly Label[]> {
  const text = await readChecked(dataset, name);
  const rows = text.split('\n').flatMap((line, index) => {
    if (line === '') return [];
    const place = `${name}, line ${index + 1}`;
    return [parseWith(dataset, place, labelSchema, parseJson(dataset, place, line))];
  });
  if (dataset.isVerified) compareCounts(dataset.dir, `rows of ${name}`, counted, rows.length);
  return rows;
}

async function readChecked(dataset: Labelled, name: DatasetFile): Promise<string> {
  const path = join(dataset.dir, name);
  const bytes = await readFile(path);
  checkDigest(path, digestOf(bytes), dataset.isVerified ? dataset.manifest.files[name] : undefined);
  return bytes.toString('utf8');
}

function parseCsv(dataset: Dataset, name: string, text: string): string[][] {
  try {
    return parse(text);
  } catch (cause) {
    throw corrupt(`${dataset.dir}/${name}`)(reasonOf(cause), 'CSV', cause);
  }
}

function parseJson(dataset: Labelled, place: string, line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw corrupt(`${dataset.dir}/${place}`)('it is not JSON', 'a JSON object', cause);
  }
}

function parseWith<Schema extends z.ZodType>(
  dataset: Labelled,
  place: string,
  schema: Schema,
  value: unknown,
): z.infer<Schema> {
  const found = checked(schema, value);
  if (found.status === 'valid') return found.value;
  throw corrupt(`${dataset.dir}/${place}`)(found.found, found.expected);
}
