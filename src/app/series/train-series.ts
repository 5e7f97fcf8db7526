import { dayMs } from '../../base/time.ts';
import type { Interval } from '../../data/series/intervals.ts';
import { channelsOf, type SeriesData } from '../../data/series/series-in.ts';
import { type Model, modelOf } from '../../lab/detectors/model.ts';
import { seriesDetector, seriesThreshold, trainedSeries } from '../../lab/detectors/series/series-detector.ts';
import type { SeriesSample } from '../../lab/detectors/series/series-history.ts';
import type { SeriesParameters } from '../../lab/detectors/series/series-scorer.ts';
import { defaultFalseAlarmsPerDay } from '../../lab/detectors/threshold.ts';

/** Training samples of any origin. */
export type SeriesTraining = {
  readonly parameters: SeriesParameters;
  /** In the order of time. */
  readonly samples: readonly SeriesSample[];
  /** SHA-256 of the training data. */
  readonly dataset: string;
  readonly days: number;
};

/** What of a series dataset is trained on. */
export type SeriesTrainingOptions = {
  /** Default: one in 22 days. */
  readonly falseAlarmsPerDay?: number | undefined;
  /** Left out: known incidents. */
  readonly excluded?: readonly Pick<Interval, 'startMs' | 'endMs' | 'channel'>[];
};

/** The training samples of a series dataset. */
export async function trainingSamples(data: SeriesData, options: SeriesTrainingOptions): Promise<SeriesTraining> {
  const { manifest } = data;
  const { falseAlarmsPerDay = defaultFalseAlarmsPerDay, excluded = [] } = options;
  const samples: SeriesSample[] = [];
  for await (const { timeMs, channel, value } of data.rows()) {
    const isIn = (one: (typeof excluded)[number]) =>
      timeMs >= one.startMs && timeMs <= one.endMs && (one.channel === undefined || one.channel === channel);
    if (!excluded.some(isIn)) samples.push({ timeMs, channel, value });
  }
  const { kind, timezone } = manifest;
  return {
    parameters: { kind, timezone, falseAlarmsPerDay, channels: [...channelsOf(data)] },
    samples,
    dataset: manifest.files['series.csv'].sha256,
    days: (data.endMs - data.startMs) / dayMs,
  };
}

/** The model of series: its history and its budget. Nothing else is learnt before the stream is read. @throws TRAINING_IMPOSSIBLE without a sample */
export function seriesModel({ parameters, samples, dataset, days }: SeriesTraining): Model {
  const names = parameters.channels.map(({ id }) => id);
  const windowMs = Math.max(...parameters.channels.map(({ periodMs }) => periodMs));
  const { forTopics } = seriesDetector;
  if (forTopics === undefined) throw new TypeError('the detector of series counts any topics');
  const detector = forTopics(names, undefined, windowMs);
  return modelOf(detector, trainedSeries(parameters, samples), {
    threshold: seriesThreshold(parameters.falseAlarmsPerDay, days),
    seed: 1,
    training: { datasets: [dataset], days, units: samples.length, positives: null },
  });
}
