import type { Dataset } from '../../data/dataset/read-dataset.ts';
import { readCaused, readLabels, readNearMisses } from '../../data/dataset/read-truth.ts';
import type { Label } from '../../data/dataset/truth.ts';
import type { Span } from '../features/fold-units.ts';
import type { RunTruth } from './unit-truth.ts';

/** A dataset's virtual beginning and end, or those of the part that is read. */
export function spanOf({ manifest, range = {} }: Pick<Dataset, 'manifest' | 'range'>): Span {
  const [startMs, endMs] = [Date.parse(manifest.start), Date.parse(manifest.end)];
  return { startMs: Math.max(startMs, range.fromMs ?? startMs), endMs: Math.min(endMs, range.toMs ?? endMs) };
}

/** All that a dataset says about its anomalies; where a part of it is read, those that reach into it. @throws DATASET_CORRUPT */
export async function readRunTruth(dataset: Dataset): Promise<RunTruth> {
  const { startMs, endMs } = spanOf(dataset);
  const isIn = ({ start, effect_end }: Label) => Date.parse(start) < endMs && Date.parse(effect_end) >= startMs;
  const inRange = (labels: readonly Label[]) => (dataset.range === undefined ? labels : labels.filter(isIn));
  return {
    labels: inRange(await readLabels(dataset)),
    nearMisses: inRange(await readNearMisses(dataset)),
    caused: await readCaused(dataset),
  };
}
