import type { Dataset } from '../data/dataset/read-dataset.ts';
import type { SeriesRow } from '../data/series/read-series.ts';
import type { SeriesData } from '../data/series/series-in.ts';
import type { Io } from './io.ts';

/** The dataset, with progress on stderr when its records are read. Stops at Ctrl-C. */
export function watched(dataset: Dataset, io: Io, label: string): Dataset {
  return {
    ...dataset,
    async *records() {
      const progress = io.progress(label);
      let done = 0;
      try {
        for await (const batch of dataset.records()) {
          io.signal.throwIfAborted();
          yield batch;
          done += batch.length;
          progress.update(done, dataset.manifest.messages);
        }
      } finally {
        progress.done();
      }
    },
  };
}

/** The rows of a series dataset, with the same. */
export async function* watchedRows({ rows, manifest }: SeriesData, io: Io, label: string): AsyncGenerator<SeriesRow> {
  const progress = io.progress(label);
  let done = 0;
  try {
    for await (const row of rows()) {
      io.signal.throwIfAborted();
      yield row;
      done += 1;
      if (done % 10_000 === 0) progress.update(done, manifest.rows);
    }
  } finally {
    progress.done();
  }
}
