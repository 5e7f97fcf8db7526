import { overdueColumn } from '../features/reaction-series.ts';
import { byTopic, type SeriesFeatures } from '../features/series-counts.ts';
import type { Detector } from './detector.ts';
import { nullDetector } from './null/null.ts';
import { randomDetector } from './random/random.ts';
import type { Scan } from './scan/scan.ts';
import { scanDetector } from './scan/scan-detector.ts';
import { scanReference } from './scan/scan-reference.ts';
import { seriesBaselines } from './series-baselines/series-baselines.ts';

/**
 * The detectors of an anomaly of the whole shop: a scan as the learner, its baselines, the reference, and the controls. They can be made for the
 * topics of any other system as well.
 *
 * @param scanOf the scan of a shop's series, or of topics
 */
export function scanDetectors(
  shop: SeriesFeatures,
  scanOf: (features: SeriesFeatures) => Scan,
  learner: Omit<Parameters<typeof scanDetector>[1], 'role'>,
): readonly Detector[] {
  const madeFor = (features: SeriesFeatures): readonly Detector[] => {
    const scan = scanOf(features);
    const { anomaly, falseAlarmsPerDay } = scan;
    const detectors = [
      scanDetector(scan, { ...learner, role: 'learner' }),
      ...seriesBaselines(scan),
      scanReference(scan),
      randomDetector(anomaly, scan.features),
      nullDetector(anomaly, scan.features),
    ];
    return detectors.map(detector => ({
      ...detector,
      falseAlarmsPerDay,
      forTopics: (topics, topicAliases) =>
        madeFor(byTopic(shop, topics.filter(isTopic), topicAliases)).find(({ id }) => id === detector.id) ?? detector,
    }));
  };
  return madeFor(shop);
}

/** The features of a model of other topics are these, and a column that is no topic. */
function isTopic(feature: string): boolean {
  return feature !== overdueColumn;
}
