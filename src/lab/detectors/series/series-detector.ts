import { minuteMs } from '../../../base/time.ts';
import { shopTopics } from '../../../data/dataset/shop-topics.ts';
import { channelSeries } from '../../features/channel-series.ts';
import type { Unit } from '../../features/feature-set.ts';
import type { Detector, TrainedParameters } from '../detector.ts';
import { parseParameters, trainingImpossible } from '../parameters.ts';
import { defaultFalseAlarmsPerDay, type Threshold } from '../threshold.ts';
import { historyFile, historyFromFile, historyToFile, newestSamples, type SeriesSample } from './series-history.ts';
import { type SeriesParameters, SeriesScorer, seriesParametersSchema } from './series-scorer.ts';

/** The anomaly of series of any origin. */
export const seriesAnomaly = 'series';

/** The detector of series, and of its alarms. */
export const seriesDetectorId = 'series';

/** Of messages; a model that was trained on a series counts them in its periods. */
const defaultWindowMs = 15 * minuteMs;

/** What a model stores. @throws TRAINING_IMPOSSIBLE without a sample */
export function trainedSeries(parameters: SeriesParameters, samples: readonly SeriesSample[]) {
  if (samples.length === 0) throw trainingImpossible(seriesDetectorId, 'the data have no sample', 'some');
  return { parameters, files: { [historyFile]: historyToFile(newestSamples(samples, parameters.channels)) } };
}

/** Scores are relative to the threshold of their moment, so it is always 1. */
export function seriesThreshold(falseAlarmsPerDay: number, days: number): Threshold {
  return {
    value: 1,
    method: 'fixed',
    falseAlarmsPerDay,
    days,
    falseAlarms: null,
    note: 'scores are relative to what each channel exceeds as often as the budget allows, calibrated again each day',
  };
}

/**
 * @param searched the channels of the data; default: those of the model
 * @throws MODEL_INVALID
 */
export function loadedSeries(
  { parameters, files }: TrainedParameters,
  searched?: SeriesParameters['channels'],
): SeriesScorer {
  const checked = parseParameters(seriesDetectorId, seriesParametersSchema, parameters);
  return new SeriesScorer(
    { ...checked, channels: searched ?? checked.channels },
    historyFromFile(seriesDetectorId, files?.[historyFile]),
  );
}

/** Units of the detector's features as samples. @param names of the features */
export function seriesSamples(names: readonly string[], units: readonly Unit[]): readonly SeriesSample[] {
  const places = new Map(names.map((name, index) => [name, index]));
  return units.map(({ startMs, entity: { id }, features }) => ({
    timeMs: startMs,
    channel: id,
    value: features[places.get(id) ?? 0] ?? 0,
  }));
}

/** The detector of series, on messages: each topic is a channel, in windows of 15 minutes. */
export const seriesDetector: Detector = onTopics(shopTopics);

function onTopics(
  topics: readonly string[],
  topicAliases?: ReadonlyMap<string, string>,
  windowMs = defaultWindowMs,
): Detector {
  return {
    id: seriesDetectorId,
    anomaly: seriesAnomaly,
    role: 'learner',
    description: 'spans against the local time of day or week, and records; thresholds roll with the stream',
    library: 'cqshop',
    features: channelSeries(topics, windowMs, topicAliases),
    supervised: false,
    async train(units) {
      const samples = seriesSamples(
        topics,
        units.map(({ unit }) => unit),
      );
      const channels = topics.map(id => ({ id, periodMs: windowMs }));
      const falseAlarmsPerDay = defaultFalseAlarmsPerDay;
      return trainedSeries({ kind: 'count', timezone: 'UTC', falseAlarmsPerDay, channels }, samples);
    },
    forTopics: onTopics,
    async load(trained) {
      const scorer = loadedSeries(trained);
      return {
        score(unit) {
          return seriesSamples(topics, [unit]).map(sample => {
            const { score, sinceMs, explain } = scorer.push(sample);
            return { unit, score, sinceMs, explain: () => ({ text: explain(), features: { score } }) };
          });
        },
      };
    },
  };
}
