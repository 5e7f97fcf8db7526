import { byTopic, type SeriesFeatures } from '../features/series-counts.ts';
import type { Detector } from './detector.ts';

/** What a detector of a series is made for. */
export type OfSeries = { readonly anomaly: string; readonly features: SeriesFeatures };

/** Detectors of a shop's series, which can be made for the topics of any other system as well. */
export function onAnyTopics(
  shop: SeriesFeatures,
  make: (features: SeriesFeatures) => readonly Detector[],
): readonly Detector[] {
  const madeFor = (features: SeriesFeatures): readonly Detector[] =>
    make(features).map(detector => ({
      ...detector,
      forTopics: (topics, topicAliases) =>
        madeFor(byTopic(shop, topics, topicAliases)).find(({ id }) => id === detector.id) ?? detector,
    }));
  return madeFor(shop);
}
