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
      onTopics: (topics, countAs) =>
        madeFor(byTopic(shop, topics, countAs)).find(({ id }) => id === detector.id) ?? detector,
    }));
  return madeFor(shop);
}
