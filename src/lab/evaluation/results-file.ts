import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { z } from 'zod';
import { writing } from '../../base/errors.ts';
import { makeDirectory, writeWhole } from '../../base/whole-file.ts';
import { comparisonSchema, resultRowSchema } from './result-rows.ts';
import { runFiguresSchema } from './run-figures.ts';
import { sweepPointSchema } from './sweep-points.ts';

/** `results.json`. */
export const resultsSchema = z.object({
  command: z.string().describe('the command line that gives the same results again'),
  seed: z.number(),
  version: z.string(),
  rows: z.array(resultRowSchema).readonly(),
  comparisons: z
    .array(comparisonSchema)
    .readonly()
    .exactOptional()
    .describe('the learners against the others, where several seeds were run'),
  sweep: z.array(sweepPointSchema).readonly().exactOptional().describe('recall and delay by strength, with `--sweep`'),
  runs: z.array(runFiguresSchema).readonly().exactOptional().describe('run by run, without controls and clean runs'),
  leftOut: z
    .array(z.object({ run: z.string(), id: z.string(), reason: z.string() }))
    .readonly()
    .exactOptional()
    .describe('anomalies that left no trace in a test run and were left out of it'),
});

export type Results = Readonly<z.infer<typeof resultsSchema>>;

/** The columns of `results.csv`; intervals are empty where one seed was run. */
export const resultColumns = resultRowSchema.keyof().options;

/** The columns of `sweep.csv`. */
const sweepColumns = sweepPointSchema.keyof().options;

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
