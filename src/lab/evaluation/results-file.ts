import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { makeDirectory } from '../../base/make-directory.ts';
import { writeFailure } from '../../base/write-failure.ts';
import { bounds, metrics } from './metrics.ts';
import type { ResultRow } from './result-rows.ts';

/** `results.json`. */
export type Results = {
  /** The command line that gives the same results again. */
  readonly command: string;
  readonly seed: number;
  readonly version: string;
  readonly rows: readonly ResultRow[];
};

/** The columns of `results.csv`; intervals are empty where one seed was run. */
export const resultColumns = [
  'anomaly',
  'variant',
  'intensity',
  'detector',
  'role',
  'seeds',
  'labels',
  'detected',
  'alarms',
  'nearMissAlarms',
  ...metrics.map(({ id }) => id),
  ...bounds.map(({ id }) => id),
] as const satisfies readonly (keyof ResultRow)[];

/** Writes `results.json` and `results.csv` into a directory. @throws WRITE_FAILED */
export function writeResults(dir: string, results: Results): void {
  try {
    makeDirectory(dir);
    const rows = results.rows.map(row => resultColumns.map(column => row[column] ?? ''));
    writeWhole(join(dir, 'results.csv'), stringify([[...resultColumns], ...rows]));
    writeWhole(join(dir, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
  } catch (cause) {
    throw writeFailure(`results to ${dir}`, cause);
  }
}

function writeWhole(path: string, content: string): void {
  writeFileSync(`${path}.partial`, content);
  renameSync(`${path}.partial`, path);
}
