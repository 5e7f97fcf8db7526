import { cannot } from '../../base/errors.ts';
import { expectedWords, firstOf } from '../../base/words.ts';
import { isCommandLog, shopTopics } from '../../data/dataset/shop-topics.ts';
import { type SeriesChannels, shopChannels } from '../features/series-channels.ts';
import type { Detector } from './detector.ts';
import type { Model } from './model.ts';

/** The topics of some data, which decide what is counted. */
export type DataTopics = {
  /** Names the data, for messages. */
  readonly data: string;
  readonly topics: readonly string[];
  /** True if the manifest names a simulation. */
  readonly isSimulated: boolean;
};

/**
 * The detector for some data: the registered one for a shop, or one that counts each topic separately for another system.
 * Data belong to a shop if a simulation wrote them or they contain its command log.
 *
 * @throws TRAINING_IMPOSSIBLE when the detector counts none of the topics
 */
export function detectorOnData(detector: Detector, { data, topics, isSimulated }: DataTopics): Detector {
  const isShop = isSimulated || topics.some(isCommandLog);
  const countsTopics = !isShop || !channelsOf(detector).isShop;
  if (countsTopics && detector.forTopics !== undefined && topics.length > 0) {
    return detector.forTopics([...topics].sort());
  }
  if (topics.some(topic => counts(channelsOf(detector), topic))) return detector;
  const fails = cannot('TRAINING_IMPOSSIBLE', `train ${detector.anomaly} on ${data}`);
  if (topics.length === 0) throw fails('the data hold no message', 'some');
  throw fails(
    `it counts the topics of a shop, the data hold ${list(topics)}`,
    detector.forTopics === undefined
      ? 'data of cqshop; traffic-intensity and workload-shape count any topic'
      : `some of ${list(shopTopics)}`,
  );
}

/**
 * The model for data whose topics have other names than in its training data.
 *
 * @param topicAliases by name of a topic, the topic of the model that it is counted as
 * @throws USAGE when the model does not count topics by name, or not these
 */
export function countingAs(model: Model, dir: string, topicAliases: ReadonlyMap<string, string> | undefined): Model {
  if (topicAliases === undefined) return model;
  const { forTopics } = model.detector;
  const channels = channelsOf(model.detector);
  if (forTopics === undefined || channels.isShop) {
    throw cannot('USAGE', `take --count-as with model ${dir}`)(
      'it was trained on a shop',
      'one trained on other topics',
    );
  }
  for (const [name, topic] of topicAliases) {
    if (channels.names.includes(topic)) continue;
    throw cannot('USAGE', `count ${name} as ${topic}`)(
      `model ${dir} has no such topic`,
      expectedWords(topic, channels.names),
    );
  }
  return { ...model, detector: forTopics(channels.names, topicAliases, model.detector.features.windowMs) };
}

/**
 * Compares data's topics with those that a model counts.
 *
 * @param names of model and data, for messages
 * @returns a warning for each difference
 * @throws MODEL_MISMATCH when the model counts none of them
 */
export function assertCountable(
  { detector }: Pick<Model, 'detector'>,
  topics: readonly string[],
  names: { readonly model: string; readonly data: string },
): readonly string[] {
  const channels = channelsOf(detector);
  const uncounted = topics.filter(topic => !counts(channels, topic));
  if (uncounted.length === topics.length) {
    const expected = channels.isShop
      ? `data of cqshop${detector.forTopics === undefined ? '' : `, or a model that \`cqshop train ${detector.anomaly}\` makes of such data`}`
      : `a topic of the model, or --count-as ${topics[0] ?? 'NAME'}=${channels.names[0]}`;
    throw cannot('MODEL_MISMATCH', `use model ${names.model} on ${names.data}`)(
      `it counts ${list(channels.isShop ? shopTopics : channels.names)}, the data hold ${topics.length === 0 ? 'no topic' : list(topics)}`,
      expected,
    );
  }
  if (channels.isShop) return [];
  const seen = new Set(topics.flatMap(topic => channels.of({ topic, type: '' })));
  const silent = channels.names.filter((_, index) => !seen.has(index));
  return [
    ...(silent.length === 0
      ? []
      : [`${names.data} lacks ${list(silent)}, which ${names.model} counts: counted as silence`]),
    ...(uncounted.length === 0 ? [] : [`${list(uncounted)} of ${names.data} is not counted by ${names.model}`]),
  ];
}

function channelsOf({ features }: Pick<Detector, 'features'>): SeriesChannels {
  // Features of entities come from the shop's topics as well.
  return features.channels ?? shopChannels;
}

function counts(channels: SeriesChannels, topic: string): boolean {
  return channels.of({ topic, type: '' }).length > 0;
}

function list(names: readonly string[]): string {
  return firstOf(names, 8);
}
