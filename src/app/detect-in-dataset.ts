import { basename } from 'node:path';
import { daysIn } from '../base/time.ts';
import { topicsCollected } from '../data/dataset/dataset-topics.ts';
import type { Dataset } from '../data/dataset/read-dataset.ts';
import { assertCountable } from '../lab/detectors/counted-topics.ts';
import { detect, loadedDetector } from '../lab/detectors/detect.ts';
import type { Alarm, ScoredUnit } from '../lab/detectors/detector.ts';
import type { Model } from '../lab/detectors/model.ts';
import { fitNotes } from '../lab/detectors/model-fit.ts';
import { readRunTruth, spanOf } from '../lab/evaluation/dataset-truth.ts';
import { type ResultRow, resultRows } from '../lab/evaluation/result-rows.ts';
import { scoreRun } from '../lab/evaluation/score-run.ts';
import { gapNotes } from './gap-note.ts';

export type DetectInDatasetOptions = {
  /** Names the model in messages. */
  readonly name: string;
  /** Called when model and dataset are known to fit, before the search. */
  readonly onStart?: () => void;
  readonly onScored?: (scored: ScoredUnit) => void;
  /** Receives each note for the user, one line. */
  readonly onNote?: ((note: string) => void) | undefined;
};

/** What a model found in a dataset. */
export type Detected = {
  readonly alarms: readonly Alarm[];
  /** The score, as rows of results.json; empty where the dataset has no label of the anomaly. */
  readonly rows: readonly ResultRow[];
};

/** Runs a model over a dataset, and scores it where there are labels of its anomaly. @throws MODEL_MISMATCH, DATASET_CORRUPT */
export async function detectInDataset(
  model: Model,
  dataset: Dataset,
  options: DetectInDatasetOptions,
): Promise<Detected> {
  const { name, onNote, onStart, onScored } = options;
  const { id, anomaly } = model.detector;
  const names = { model: name, data: dataset.dir };
  for (const note of assertCountable(model, topicsCollected(dataset), names)) onNote?.(note);
  const { manifest } = dataset;
  // Of the whole dataset, whatever part of it is read.
  const messagesPerDay = manifest.messages / daysIn(spanOf({ manifest }));
  const extent = { name: dataset.dir, days: daysIn(spanOf(dataset)), messagesPerDay };
  for (const note of fitNotes(model, extent, name)) onNote?.(note);
  const truth = await readRunTruth(dataset);
  const ready = [await loadedDetector(model)];
  onStart?.();
  const gaps = gapNotes(dataset.dir);
  const records = dataset.records();
  const run = { run: basename(dataset.dir), records, span: spanOf(dataset), truth };
  let scored = 0;
  const sink = {
    onGap: gaps.onGap,
    onScored(unit: ScoredUnit) {
      scored += 1;
      onScored?.(unit);
    },
  };
  const isLabelled = truth.labels.some(label => label.anomaly === anomaly);
  const { outcomes, alarms } = isLabelled
    ? await scoreRun(ready, run, { ...sink, withPerfect: false })
    : { outcomes: [], ...(await detect(ready, records, run.span, sink)) };
  for (const note of gaps.notes()) onNote?.(note);
  if (scored === 0) onNote?.(`${id} scored nothing in ${dataset.dir}, so the absence of alarms means nothing`);
  return { alarms, rows: resultRows(outcomes) };
}
