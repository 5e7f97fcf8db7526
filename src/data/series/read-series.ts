import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { parse } from 'csv-parse';
import { readJsonFile } from '../../base/json-file.ts';
import { checkSize } from '../dataset/read-dataset.ts';
import { corrupt } from '../dataset/read-events.ts';
import { type SeriesManifest, seriesColumns, seriesManifestSchema } from './series-manifest.ts';

/** A row of `series.csv`. */
export type SeriesRow = {
  /** [ms since the epoch] */
  readonly timeMs: number;
  readonly channel: string;
  readonly value: number;
  /** The value as the source had it: "20.0". */
  readonly text: string;
};

/** A finished series dataset, opened. Its labels are read by `read-truth.ts`. */
export type SeriesDataset = {
  readonly dir: string;
  readonly manifest: SeriesManifest;
  /** In order of time, then of the channels in the manifest; may be called again. @throws DATASET_CORRUPT when a row is no sample */
  readonly rows: () => AsyncIterable<SeriesRow>;
};

/** Opens what `isSeriesDataset` says is one. @throws DATASET_CORRUPT when it is damaged, or not of this format */
export function openSeries(dir: string): SeriesDataset {
  const manifest = readJsonFile(join(dir, 'manifest.json'), seriesManifestSchema, {
    code: 'DATASET_CORRUPT',
    what: 'series dataset',
    expected: 'what `cqshop import` writes',
  });
  checkSize(dir, 'series.csv', manifest.files['series.csv'].bytes);
  return { dir, manifest, rows: () => readRows(join(dir, 'series.csv')) };
}

async function* readRows(path: string): AsyncGenerator<SeriesRow> {
  // The loop below gets the error of either.
  const parser = pipeline(createReadStream(path), parse({ relax_column_count: true }), () => undefined);
  let line = 0;
  try {
    for await (const row of parser) {
      line += 1;
      const [time = '', channel = '', text = ''] = row;
      if (line === 1 && row.join() !== seriesColumns.join()) {
        throw corrupt(`${path}, line 1`)(`its columns are ${row.join()}`, seriesColumns.join());
      }
      if (line === 1) continue;
      const timeMs = Date.parse(time);
      if (Number.isNaN(timeMs) || text === '' || Number.isNaN(Number(text)) || row.length !== seriesColumns.length) {
        throw corrupt(`${path}, line ${line}`)(`${JSON.stringify(row.join())} is not a sample`, 'time,channel,value');
      }
      yield { timeMs, channel, value: Number(text), text };
    }
  } finally {
    parser.destroy();
  }
}
