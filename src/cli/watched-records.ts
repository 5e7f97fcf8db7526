import type { Dataset } from '../data/dataset/read-dataset.ts';
import type { EventRecord } from '../data/dataset/record.ts';
import type { Io } from './io.ts';

/** The records of a dataset, with progress on stderr. Stops at Ctrl-C. */
export async function* watchedRecords(dataset: Dataset, io: Io, label: string): AsyncGenerator<readonly EventRecord[]> {
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
}
