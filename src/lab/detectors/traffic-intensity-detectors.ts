import { trafficSeries } from '../features/series-counts.ts';
import type { Detector } from './detector.ts';
import { onAnyTopics } from './for-any-topics.ts';
import { nullDetector } from './null/null.ts';
import { oneClassSvm } from './one-class-svm/one-class-svm.ts';
import { randomDetector } from './random/random.ts';
import { seriesBaselines } from './series-baselines/series-baselines.ts';

const anomaly = 'traffic-intensity';

/** The learner for traffic-intensity, its baselines and its controls. */
export const trafficIntensityDetectors: readonly Detector[] = onAnyTopics(trafficSeries, features => [
  oneClassSvm({ anomaly, features }),
  ...seriesBaselines({ anomaly, features, horizonDays: 1 }),
  randomDetector(anomaly, features),
  nullDetector(anomaly, features),
]);
