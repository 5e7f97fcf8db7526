import { cannot } from '../base/errors.ts';
import { pluralize } from '../base/words.ts';
import { topicsCollected, topicsWithMessages } from '../data/dataset/dataset-topics.ts';
import type { Dataset } from '../data/dataset/read-dataset.ts';
import type { Interval } from '../data/series/interval.ts';
import { calibrated, tallyCleanRun } from '../lab/detectors/calibrate.ts';
import { assertCountable, detectorOnData } from '../lab/detectors/counted-topics.ts';
import type { Detector } from '../lab/detectors/detector.ts';
import type { Model } from '../lab/detectors/model.ts';
import { detectorFor } from '../lab/detectors/registry.ts';
import { trainAll } from '../lab/detectors/train.ts';
import { readRunTruth, spanOf } from '../lab/evaluation/dataset-truth.ts';
import { unitLabeller, withoutIntervals } from '../lab/evaluation/unit-truth.ts';
import { gapNotes } from './gap-note.ts';

export type TrainOnDatasetsOptions = {
  /** At least one; each is a run of its own. */
  readonly datasets: readonly Dataset[];
  /** Clean datasets for the threshold; without them it comes from a tail fit on the training data. */
  readonly validation?: readonly Dataset[];
  /** Left out of training. */
  readonly excluded?: readonly Interval[];
  readonly falseAlarmsPerDay?: number | undefined;
  readonly seed: number;
  /** Names the model in messages. */
  readonly name: string;
  /** Receives each note for the user, one line. */
  readonly onNote?: ((note: string) => void) | undefined;
};

/** The learner of an anomaly, or its detector with this id. @throws UNKNOWN_NAME, USAGE when it is a reference */
export function trainableDetector(anomaly: string, id?: string): Detector {
  const detector = detectorFor(anomaly, id);
  if (detector.role !== 'reference') return detector;
  throw cannot('USAGE', `train ${detector.id}`)(
    'it is a reference, which evaluate --reference trains on the labels of many runs',
    'a learner, baseline or control',
  );
}

/** Trains a detector on datasets. @throws TRAINING_IMPOSSIBLE, MODEL_MISMATCH, DATASET_CORRUPT, USAGE when a validation dataset is not clean, or one is used twice */
export async function trainOnDatasets(registered: Detector, options: TrainOnDatasetsOptions): Promise<Model> {
  const { datasets, validation = [], excluded = [], falseAlarmsPerDay, seed, onNote } = options;
  assertDistinctData(datasets, 'train on');
  const data = datasets.map(({ dir }) => dir).join(', ');
  const topics = [...new Set(datasets.flatMap(topicsWithMessages))];
  const isSimulated = datasets.every(({ manifest }) => manifest.scenario !== null);
  const detector = detectorOnData(registered, { data, topics, isSimulated });
  for (const each of datasets) {
    const collected = topicsCollected(each);
    const missing = topics.find(topic => !collected.includes(topic));
    if (missing === undefined) continue;
    throw cannot('USAGE', `train on ${data} together`)(
      `${missing} was not collected into ${each.dir}`,
      'datasets with the same topics',
    );
  }
  for (const clean of validation) {
    assertClean(clean, datasets);
    const names = { model: options.name, data: clean.dir };
    for (const note of assertCountable({ detector }, topicsCollected(clean), names)) onNote?.(note);
  }
  const runs = await Promise.all(datasets.map(dataset => trainingRun(dataset, excluded)));
  const trained = await trainAll(
    [detector],
    runs.map(({ run }) => run),
    {
      seed,
      datasets: datasets.map(digestOf),
      isCalibratedLater: validation.length > 0,
      falseAlarmsPerDay,
    },
  );
  for (const note of runs.flatMap(({ notes }) => notes())) onNote?.(note);
  const tallies = [];
  for (const clean of validation) {
    const gaps = gapNotes(clean.dir);
    tallies.push(await tallyCleanRun(trained, clean.records(), spanOf(clean), gaps.onGap));
    for (const note of gaps.notes()) onNote?.(note);
  }
  const [model] = calibrated(trained, tallies, falseAlarmsPerDay);
  if (model === undefined) throw new TypeError('one detector gives one model');
  return model;
}

/** A dataset as a run to train on, without some intervals; `notes` are about its silences, once it was read. */
export async function trainingRun(dataset: Dataset, excluded: readonly Interval[]) {
  const { onGap, notes } = gapNotes(dataset.dir);
  const labeller = withoutIntervals(unitLabeller(await readRunTruth(dataset)), excluded);
  return { run: { records: dataset.records(), span: spanOf(dataset), labeller, onGap }, notes };
}

function digestOf({ manifest }: Dataset): string {
  return manifest.files['events.csv'].sha256;
}

/** @throws USAGE when two datasets hold the same events: they would count twice */
export function assertDistinctData(datasets: readonly Dataset[], doing: string): void {
  for (const [index, dataset] of datasets.entries()) {
    const same = datasets.slice(0, index).find(other => digestOf(other) === digestOf(dataset));
    if (same === undefined) continue;
    throw cannot('USAGE', `${doing} ${dataset.dir}`)(`it holds the same events as ${same.dir}`, 'each dataset once');
  }
}

/** @throws USAGE when a dataset has labels or is a training dataset */
function assertClean(clean: Dataset, training: readonly Dataset[]): void {
  const { dir, manifest } = clean;
  const isTraining = training.some(dataset => digestOf(dataset) === digestOf(clean));
  if (manifest.labels === 0 && !isTraining) return;
  const what = isTraining
    ? 'it is a training dataset'
    : `it holds ${pluralize(manifest.labels, 'anomaly', 'anomalies')}`;
  throw cannot('USAGE', `validate on ${dir}`)(what, 'a clean dataset of another seed');
}
