import type { Dataset } from '../../data/dataset/read-dataset.ts';
import { readCaused, readLabels, readNearMisses } from '../../data/dataset/read-truth.ts';
import type { Span } from '../features/fold-units.ts';
import type { RunTruth } from './unit-truth.ts';

/** A dataset's virtual beginning and end. */
export function spanOf({ manifest }: Pick<Dataset, 'manifest'>): Span {
  return { startMs: Date.parse(manifest.start), endMs: Date.parse(manifest.end) };
}

/** All that a dataset says about its anomalies. @throws DATASET_CORRUPT */
export async function readRunTruth(dataset: Dataset): Promise<RunTruth> {
  return {
    labels: await readLabels(dataset),
    nearMisses: await readNearMisses(dataset),
    caused: await readCaused(dataset),
  };
}
