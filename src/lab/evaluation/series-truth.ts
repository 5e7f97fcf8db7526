import { basename } from 'node:path';
import { readLabels } from '../../data/dataset/read-truth.ts';
import type { SeriesData } from '../../data/series/series-in.ts';
import type { TestRun } from './score-run.ts';

/** A series dataset as a run to score detections on: it has labels, those that reach into what is read, and no messages. @throws DATASET_CORRUPT */
export async function seriesRun({ dir, manifest, startMs, endMs }: SeriesData): Promise<TestRun> {
  const all = manifest.labels === 0 ? [] : await readLabels({ dir, manifest, isVerified: true });
  const labels = all.filter(({ start, effect_end }) => Date.parse(start) < endMs && Date.parse(effect_end) >= startMs);
  const truth = { labels, nearMisses: [], caused: new Map() };
  return { run: basename(dir), records: [], span: { startMs, endMs }, truth };
}
