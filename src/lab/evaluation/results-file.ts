import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { writing } from '../../base/errors.ts';
import { makeDirectory, writeWhole } from '../../base/whole-file.ts';
import { bounds, metrics } from './metrics.ts';
import type { Comparison, ResultRow } from './result-rows.ts';
import type { RunFigures } from './run-figures.ts';
import { type SweepPoint, sweepColumns } from './sweep-points.ts';

/** `results.json`. */
export type Results = {
  /** The command line that gives the same results again. */
  readonly command: string;
  readonly seed: number;
  readonly version: string;
  readonly rows: readonly ResultRow[];
  /** The learners against the others, where several seeds were run. */
  readonly comparisons?: readonly Comparison[];
  /** Recall and delay by strength, with `--sweep`. */
  readonly sweep?: readonly SweepPoint[];
  /** Run by run, without controls and clean runs. */
  readonly runs?: readonly RunFigures[];
  /** Anomalies that left no trace in a test run and were left out of it. */
  readonly leftOut?: readonly { readonly run: string; readonly id: string; readonly reason: string }[];
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
  'visible',
  'detected',
  'alarms',
  'nearMissAlarms',
  ...metrics.map(({ id }) => id),
  ...bounds.map(({ id }) => id),
] as const satisfies readonly (keyof ResultRow)[];

/** Writes `results.json` and `results.csv` into a directory. @throws WRITE_FAILED */
export function writeResults(dir: string, results: Results): void {
  writing(`results to ${dir}`, () => {
    makeDirectory(dir);
    const rows = results.rows.map(row => resultColumns.map(column => row[column] ?? ''));
    writeWhole(join(dir, 'results.csv'), stringify([[...resultColumns], ...rows]));
    if (results.sweep !== undefined) {
      const points = results.sweep.map(point => sweepColumns.map(column => point[column] ?? ''));
      writeWhole(join(dir, 'sweep.csv'), stringify([[...sweepColumns], ...points]));
    }
    writeWhole(join(dir, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
  });
}
