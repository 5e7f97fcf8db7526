import { groupBy } from '../../base/group-by.ts';
import { entityKey, unitKey } from '../features/unit-key.ts';
import type { Detector, TrainedParameters } from './detector.ts';
import { type Model, modelOf } from './model.ts';
import { type CleanTally, joinTallies, type Threshold, tallyAccumulator, thresholdFromTail } from './threshold.ts';
import { type KnownUnit, type TrainingData, type TrainingRun, trainDetector, trainingData } from './training.ts';

/** How to train. */
export type TrainOptions = {
  readonly seed: number;
  /** Default: the detector's own. */
  readonly falseAlarmsPerDay?: number | undefined;
  /** SHA-256 of the training datasets. */
  readonly datasets?: readonly string[];
  /** True if `calibrated` sets the threshold: none is fitted, since scoring all training units takes as long as the training. Default false. */
  readonly isCalibratedLater?: boolean;
};

/**
 * Trains several detectors from one pass over the training runs. Thresholds come from a tail fit on the training data;
 * `calibrated` replaces them with better ones.
 *
 * @throws TRAINING_IMPOSSIBLE when a detector has no data to train on
 */
export async function trainAll(
  detectors: readonly Detector[],
  runs: Iterable<TrainingRun>,
  options: TrainOptions,
): Promise<readonly Model[]> {
  const data = await trainingData(runs, detectors);
  const models: Model[] = [];
  for (const detector of detectors) models.push(await trainModel(detector, data, options));
  return models;
}

/** Trains one detector on data already read, with a threshold from a tail fit. */
export async function trainModel(detector: Detector, data: TrainingData, options: TrainOptions): Promise<Model> {
  const trained = await trainDetector(detector, data, options.seed);
  const units = data.unitsFor(detector);
  const threshold =
    options.isCalibratedLater === true
      ? notCalibrated
      : thresholdFromTail(
          await tallyOfTraining(detector, trained, units, data.days),
          options.falseAlarmsPerDay ?? detector.falseAlarmsPerDay,
          detector,
        );
  const training = {
    datasets: [...(options.datasets ?? [])],
    days: data.days,
    units: units.length,
    ...(data.days > 0 ? { messagesPerDay: Math.round(data.messages / data.days) } : {}),
    positives: detector.supervised ? units.filter(({ kind }) => kind === 'positive').length : null,
  };
  return modelOf(detector, trained, { threshold, seed: options.seed, training });
}

const notCalibrated: Threshold = {
  value: 0,
  method: 'fixed',
  falseAlarmsPerDay: null,
  days: 0,
  falseAlarms: null,
  note: 'not chosen yet',
};

/** The scores of the clean training units; every unit is scored, since a scorer may keep state. */
async function tallyOfTraining(
  detector: Detector,
  trained: TrainedParameters,
  units: readonly KnownUnit[],
  days: number,
): Promise<CleanTally> {
  const clean = new Set(units.filter(({ kind }) => kind === 'clean').map(({ unit, run }) => `${run}/${unitKey(unit)}`));
  const runs = groupBy(units, ({ run }) => run);
  const tallies: CleanTally[] = [];
  for (const [run, ofRun] of runs) {
    const scorer = await detector.load(trained);
    const tally = tallyAccumulator(detector.features, Number.POSITIVE_INFINITY);
    for (const { unit, score } of ofRun.flatMap(known => scorer.score(known.unit))) {
      if (clean.has(`${run}/${unitKey(unit)}`))
        tally.push({ score, entity: entityKey(unit.entity), startMs: unit.startMs });
    }
    tallies.push(tally.finish(days / runs.size));
  }
  return joinTallies(tallies);
}
