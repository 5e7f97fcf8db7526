import { groupBy } from '../../base/group-by.ts';
import { sum } from '../../base/sum.ts';
import { dayMs, type Span } from '../../base/time.ts';
import type { EventRecord } from '../../data/dataset/record.ts';
import type { FeatureSet, Unit } from '../features/feature-set.ts';
import { foldUnits, type RecordStream } from '../features/fold-units.ts';
import { drainSessions, type Gap } from '../features/sessions.ts';
import type { Detector, TrainedParameters, TrainingUnit } from './detector.ts';
import { trainingImpossible } from './parameters.ts';

/**
 * What training may know about a unit: `positive` if it holds what the anomaly did, `touched` if it is near an anomaly and so must not be
 * used as normal, else `clean`.
 */
export type UnitKind = 'positive' | 'touched' | 'clean';

/** The truth about one run's units, as training sees it. Evaluation derives it from labels, which no detector can read. */
export type UnitLabeller = {
  /** Must see each record before the fold does. */
  readonly mark: (record: EventRecord) => void;
  readonly kindOf: (unit: Unit, featureSet: FeatureSet, anomaly: string) => UnitKind;
};

/** One recorded or simulated training run. `labeller` belongs to this run only. */
export type TrainingRun = {
  readonly records: RecordStream;
  readonly span: Span;
  readonly labeller: UnitLabeller;
  /** Called for each silence that splits the run into separate streams. */
  readonly onGap?: ((gap: Gap) => void) | undefined;
};

/** A unit with its kind for one anomaly, and the index of its stream. */
export type KnownUnit = { readonly unit: Unit; readonly kind: UnitKind; readonly run: number };

/** The units of one run. Plain data: a worker can send it, and `joinUnits` joins several. */
export type RunUnits = {
  readonly days: number;
  readonly messages: number;
  readonly streams: number;
  /** By feature set and anomaly. */
  readonly units: ReadonlyMap<string, readonly KnownUnit[]>;
};

/** The units of one or more runs, by detector; made in one pass a run. */
export type TrainingData = {
  readonly days: number;
  readonly messages: number;
  /** All units of a detector's feature set. */
  readonly unitsFor: (detector: Pick<Detector, 'features' | 'anomaly'>) => readonly KnownUnit[];
};

/** Reads runs into training units, for all detectors at once. Holds all units in memory. */
export async function trainingData(runs: Iterable<TrainingRun>, detectors: readonly Detector[]): Promise<TrainingData> {
  const all: RunUnits[] = [];
  for (const run of runs) all.push(await unitsOfRun(run, detectors));
  return joinUnits(all);
}

/** Reads one run into training units, for all detectors at once. */
export async function unitsOfRun(
  { records, span, labeller, onGap }: TrainingRun,
  detectors: readonly Detector[],
): Promise<RunUnits> {
  const lists = [...groupBy(detectors, unitsKey)].map(([key, [{ features, anomaly }]]) => {
    const list: KnownUnit[] = [];
    return { key, features, anomaly, list };
  });
  const byFeatures = groupBy(lists, list => list.features.id);
  let streams = 0;
  let messages = 0;
  const open = (startMs: number) => {
    const run = streams;
    streams += 1;
    const featureSets = detectors.map(({ features }) => features);
    const folds = foldUnits(featureSets, startMs, (unit, features) => {
      for (const { anomaly, list } of byFeatures.get(features.id) ?? []) {
        list.push({ unit, kind: labeller.kindOf(unit, features, anomaly), run });
      }
    });
    const push = (record: EventRecord) => {
      messages += 1;
      labeller.mark(record);
      folds.push(record);
    };
    return { push, finish: folds.finish };
  };
  // The silence before a gap is not used for training, since training units count as clean.
  const days = (await drainSessions(records, span, open, { withSilence: false, onGap })) / dayMs;
  return { days, messages, streams, units: new Map(lists.map(({ key, list }) => [key, list])) };
}

/** The units of several runs as one set of training data. */
export function joinUnits(runs: readonly RunUnits[]): TrainingData {
  const units = new Map<string, KnownUnit[]>();
  let streams = 0;
  for (const run of runs) {
    for (const [key, ofRun] of run.units) {
      const list = units.get(key) ?? [];
      units.set(key, list);
      for (const unit of ofRun) list.push({ ...unit, run: streams + unit.run });
    }
    streams += run.streams;
  }
  return {
    days: sum(runs, ({ days }) => days),
    messages: sum(runs, ({ messages }) => messages),
    unitsFor: detector => units.get(unitsKey(detector)) ?? [],
  };
}

/** The key of a detector's units in `RunUnits`. */
export function unitsKey({ features, anomaly }: Pick<Detector, 'features' | 'anomaly'>): string {
  return `${features.id}/${anomaly}`;
}

/**
 * Trains one detector. A supervised one gets positive and clean units, and with `wholeStreams` all others too; any other only clean ones.
 *
 * @throws TRAINING_IMPOSSIBLE when there is no unit to train on
 */
export async function trainDetector(detector: Detector, data: TrainingData, seed: number): Promise<TrainedParameters> {
  const units: TrainingUnit[] = data
    .unitsFor(detector)
    .filter(({ kind }) => kind === 'clean' || (detector.supervised && (kind === 'positive' || detector.wholeStreams)))
    .map(({ unit, kind, run }) => ({ unit, positive: kind === 'positive', touched: kind === 'touched', stream: run }));
  if (units.length === 0) {
    throw trainingImpossible(detector.id, `the training data have no clean unit of ${detector.features.id}`, 'some');
  }
  return detector.train(units, { seed });
}
