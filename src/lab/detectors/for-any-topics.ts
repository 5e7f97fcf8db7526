import { overdueColumn } from '../features/reaction-series.ts';
import { byTopic, type SeriesFeatures } from '../features/series-counts.ts';
import type { Detector } from './detector.ts';

/** Detectors of a shop's series, which can be made for the topics of any other system as well. */
export function onAnyTopics(
  shop: SeriesFeatures,
  make: (features: SeriesFeatures) => readonly Detector[],
): readonly Detector[] {
  const madeFor = (features: SeriesFeatures): readonly Detector[] =>
    make(features).map(detector => ({
      ...detector,
      forTopics: (topics, topicAliases) =>
        madeFor(byTopic(shop, topics.filter(isTopic), topicAliases)).find(({ id }) => id === detector.id) ?? detector,
    }));
  return madeFor(shop);
}

/** The features of a model of other topics are these, and a column that is no topic. */
function isTopic(feature: string): boolean {
  return feature !== overdueColumn;
}
