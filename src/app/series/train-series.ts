import { daysIn } from '../../base/time.ts';
import { topicsWithMessages } from '../../data/dataset/dataset-topics.ts';
import type { Dataset } from '../../data/dataset/read-dataset.ts';
import { spanOfEffect } from '../../data/dataset/truth.ts';
import type { Interval } from '../../data/series/interval.ts';
import { channelsOf, longestPeriodMs, type SeriesData } from '../../data/series/series-in.ts';
import { detectorOnData } from '../../lab/detectors/counted-topics.ts';
import { type Model, modelOf } from '../../lab/detectors/model.ts';
import {
  seriesDetector,
  seriesSamples,
  seriesThreshold,
  trainedSeries,
} from '../../lab/detectors/series/series-detector.ts';
import type { SeriesSample } from '../../lab/detectors/series/series-history.ts';
import type { SeriesParameters } from '../../lab/detectors/series/series-scorer.ts';
import { defaultFalseAlarmsPerDay } from '../../lab/detectors/threshold.ts';
import { trainingData } from '../../lab/detectors/training.ts';
import { seriesRun } from '../../lab/evaluation/dataset-truth.ts';
import { trainingRun } from '../train-on-dataset.ts';

/** Training samples of any origin. */
export type SeriesTraining = {
  readonly parameters: SeriesParameters;
  /** In the order of time. */
  readonly samples: readonly SeriesSample[];
  /** SHA-256 of the training data. */
  readonly dataset: string;
  readonly days: number;
  /** Samples in labelled or excluded intervals, which are not among `samples`. */
  readonly leftOut: number;
};

/** What to train on of a series dataset: all but its labels and what is excluded. */
export async function trainingOnSeries(
  data: SeriesData,
  options: {
    /** Left out: known incidents. */
    readonly excluded?: readonly Interval[];
    /** Default: one in 22 days. */
    readonly falseAlarmsPerDay?: number | undefined;
  },
): Promise<SeriesTraining> {
  const { excluded = [], falseAlarmsPerDay = defaultFalseAlarmsPerDay } = options;
  const { truth } = await seriesRun(data);
  const labelled = truth.labels.flatMap(label =>
    label.entities.map(({ id }) => ({ ...spanOfEffect(label), channel: id })),
  );
  const unfit: readonly Pick<Interval, 'startMs' | 'endMs' | 'channel'>[] = [...labelled, ...excluded];
  const samples: SeriesSample[] = [];
  let leftOut = 0;
  for await (const { timeMs, channel, value } of data.rows()) {
    const isIn = (one: (typeof unfit)[number]) =>
      timeMs >= one.startMs && timeMs <= one.endMs && (one.channel === undefined || one.channel === channel);
    if (unfit.some(isIn)) leftOut += 1;
    else samples.push({ timeMs, channel, value });
  }
  const { kind, timezone, files } = data.manifest;
  return {
    parameters: { kind, timezone, falseAlarmsPerDay, channels: [...channelsOf(data)] },
    samples,
    dataset: files['series.csv'].sha256,
    days: daysIn(data),
    leftOut,
  };
}

/** What to train on of a dataset of messages, counted by topic: its clean windows, without what is excluded. @throws TRAINING_IMPOSSIBLE */
export async function trainingOnMessages(
  dataset: Dataset,
  options: {
    readonly excluded?: readonly Interval[];
    readonly falseAlarmsPerDay?: number | undefined;
    /** Of the local calendar; default UTC. */
    readonly timezone?: string;
    readonly onNote?: ((note: string) => void) | undefined;
  },
): Promise<SeriesTraining> {
  const { excluded = [], falseAlarmsPerDay = defaultFalseAlarmsPerDay, timezone = 'UTC', onNote } = options;
  const { dir, manifest } = dataset;
  const topics = topicsWithMessages(dataset);
  const detector = detectorOnData(seriesDetector, { data: dir, topics, isSimulated: manifest.scenario !== null });
  const { run, notes } = await trainingRun(dataset, excluded);
  const data = await trainingData([run], [detector]);
  for (const note of notes()) onNote?.(note);
  const units = data.unitsFor(detector);
  const clean = units.filter(({ kind }) => kind === 'clean');
  const { windowMs, names } = detector.features;
  return {
    parameters: { kind: 'count', timezone, falseAlarmsPerDay, channels: names.map(id => ({ id, periodMs: windowMs })) },
    samples: seriesSamples(
      names,
      clean.map(({ unit }) => unit),
    ),
    dataset: manifest.files['events.csv'].sha256,
    days: data.days,
    leftOut: units.length - clean.length,
  };
}

/** The model of series: its history and its budget. Nothing else is learnt before the stream is read. @throws TRAINING_IMPOSSIBLE without a sample */
export function seriesModel({ parameters, samples, dataset, days }: SeriesTraining): Model {
  const names = parameters.channels.map(({ id }) => id);
  const windowMs = longestPeriodMs(parameters.channels);
  const { forTopics } = seriesDetector;
  if (forTopics === undefined) throw new TypeError('the detector of series counts any topics');
  const detector = forTopics(names, undefined, windowMs);
  return modelOf(detector, trainedSeries(parameters, samples), {
    threshold: seriesThreshold(parameters.falseAlarmsPerDay, days),
    seed: 1,
    training: { datasets: [dataset], days, units: samples.length, positives: null },
  });
}
