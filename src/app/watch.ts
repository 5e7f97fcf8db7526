import type { Dataset } from '../data/dataset/read-dataset.ts';
import type { RecordStream } from '../lab/features/fold-units.ts';

/** Who works on a dataset may follow it. */
export type Watch = {
  /** The records of a dataset, for progress; default `dataset.records()`. */
  readonly records?: (dataset: Dataset, doing: string) => RecordStream;
  /** Receives each note for the user, one line. */
  readonly onNote?: ((note: string) => void) | undefined;
};

/** The records of a dataset, watched where somebody watches. */
export function recordsOf(dataset: Dataset, doing: string, { records }: Watch): RecordStream {
  return records?.(dataset, doing) ?? dataset.records();
}
