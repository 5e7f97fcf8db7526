import { CqshopError } from '../base/errors.ts';
import { pluralize } from '../base/words.ts';
import { topicsCollected, topicsWithMessages } from '../data/dataset/dataset-topics.ts';
import type { Dataset } from '../data/dataset/read-dataset.ts';
import type { Interval } from '../data/series/intervals.ts';
import { calibrated, tallyCleanRun } from '../lab/detectors/calibrate.ts';
import { assertCountable, detectorOnData } from '../lab/detectors/counted-topics.ts';
import type { Detector } from '../lab/detectors/detector.ts';
import type { Model } from '../lab/detectors/model.ts';
import { detectorFor } from '../lab/detectors/registry.ts';
import { trainAll } from '../lab/detectors/train.ts';
import { readRunTruth, spanOf } from '../lab/evaluation/dataset-truth.ts';
import { unitLabeller, withoutIntervals } from '../lab/evaluation/unit-truth.ts';
import { gapNotes } from './gap-note.ts';
import { recordsOf, type Watch } from './watch.ts';

export type TrainOnDatasetOptions = Watch & {
  readonly dataset: Dataset;
  /** Clean datasets for the threshold; without them it comes from a tail fit on the training data. */
  readonly validation?: readonly Dataset[];
  /** Left out of training. */
  readonly excluded?: readonly Interval[];
  readonly falseAlarmsPerDay?: number | undefined;
  readonly seed: number;
  /** Names the model in messages. */
  readonly name: string;
};

/** The learner of an anomaly, or its detector with this id. @throws UNKNOWN_NAME, USAGE when it is a reference */
export function trainableDetector(anomaly: string, id?: string): Detector {
  const detector = detectorFor(anomaly, id);
  if (detector.role !== 'reference') return detector;
  throw new CqshopError(
    'USAGE',
    `Cannot train ${detector.id}: it is a reference, which evaluate --reference trains on the labels of many runs, expected a learner, baseline or control`,
  );
}

/** Trains a detector on a dataset. @throws TRAINING_IMPOSSIBLE, MODEL_MISMATCH, DATASET_CORRUPT, USAGE when a validation dataset is not clean */
export async function trainOnDataset(registered: Detector, options: TrainOnDatasetOptions): Promise<Model> {
  const { dataset, validation = [], excluded = [], falseAlarmsPerDay, seed, onNote } = options;
  const { dir: data, manifest } = dataset;
  const topics = topicsWithMessages(dataset);
  const detector = detectorOnData(registered, { data, topics, isSimulated: manifest.scenario !== null });
  for (const clean of validation) {
    assertClean(clean, dataset);
    const names = { model: options.name, data: clean.dir };
    for (const note of assertCountable({ detector }, topicsCollected(clean), names)) onNote?.(note);
  }
  const gaps = gapNotes();
  const run = {
    records: recordsOf(dataset, 'reading', options),
    span: spanOf(dataset),
    labeller: withoutIntervals(unitLabeller(await readRunTruth(dataset)), excluded),
    onGap: gaps.onGap,
  };
  const trained = await trainAll([detector], [run], {
    seed,
    datasets: [manifest.files['events.csv'].sha256],
    ...(falseAlarmsPerDay === undefined ? {} : { falseAlarmsPerDay }),
  });
  for (const note of gaps.notes()) onNote?.(`${data}: ${note}`);
  const tallies = [];
  for (const clean of validation) {
    const cleanGaps = gapNotes();
    const records = recordsOf(clean, 'validating', options);
    tallies.push(await tallyCleanRun(trained, records, spanOf(clean), cleanGaps.onGap));
    for (const note of cleanGaps.notes()) onNote?.(`${clean.dir}: ${note}`);
  }
  const [model] = calibrated(trained, tallies, falseAlarmsPerDay);
  if (model === undefined) throw new TypeError('one detector gives one model');
  return model;
}

/** @throws USAGE when a dataset has labels or is the training dataset */
function assertClean({ dir, manifest }: Dataset, training: Dataset): void {
  const isTraining = manifest.files['events.csv'].sha256 === training.manifest.files['events.csv'].sha256;
  if (manifest.labels === 0 && !isTraining) return;
  const what = isTraining
    ? 'it is the training dataset'
    : `it holds ${pluralize(manifest.labels, 'anomaly', 'anomalies')}`;
  throw new CqshopError('USAGE', `Cannot validate on ${dir}: ${what}, expected a clean dataset of another seed`);
}
