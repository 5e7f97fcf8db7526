import { basename } from 'node:path';
import type { Span } from '../../base/time.ts';
import type { Dataset } from '../../data/dataset/read-dataset.ts';
import { readCaused, readLabels, readNearMisses } from '../../data/dataset/read-truth.ts';
import type { Label } from '../../data/dataset/truth.ts';
import type { SeriesData } from '../../data/series/series-in.ts';
import type { TestRun } from './score-run.ts';
import type { RunTruth } from './unit-truth.ts';

/** A dataset's virtual beginning and end, or those of the part that is read. */
export function spanOf({ manifest, range = {} }: Pick<Dataset, 'manifest' | 'range'>): Span {
  const [startMs, endMs] = [Date.parse(manifest.start), Date.parse(manifest.end)];
  return { startMs: Math.max(startMs, range.fromMs ?? startMs), endMs: Math.min(endMs, range.toMs ?? endMs) };
}

/** All that a dataset says about its anomalies; where a part of it is read, those that reach into it. @throws DATASET_CORRUPT */
export async function readRunTruth(dataset: Dataset): Promise<RunTruth> {
  const span = spanOf(dataset);
  const inRange = (labels: readonly Label[]) => (dataset.range === undefined ? labels : reachingInto(span, labels));
  return {
    labels: inRange(await readLabels(dataset)),
    nearMisses: inRange(await readNearMisses(dataset)),
    caused: await readCaused(dataset),
  };
}

/** A series dataset as a run to score detections on: it has labels, those that reach into what is read, and no messages. @throws DATASET_CORRUPT */
export async function seriesRun({ dir, manifest, startMs, endMs }: SeriesData): Promise<TestRun> {
  const span = { startMs, endMs };
  const labels = manifest.labels === 0 ? [] : await readLabels({ dir, manifest, isVerified: true });
  const truth = { labels: reachingInto(span, labels), nearMisses: [], caused: new Map() };
  return { run: basename(dir), records: [], span, truth };
}

function reachingInto({ startMs, endMs }: Span, labels: readonly Label[]): readonly Label[] {
  return labels.filter(({ start, effect_end }) => Date.parse(start) < endMs && Date.parse(effect_end) >= startMs);
}
