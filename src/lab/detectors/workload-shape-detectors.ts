import { workloadSeries } from '../features/series-counts.ts';
import type { Detector } from './detector.ts';
import { onAnyTopics } from './for-any-topics.ts';
import { lstm } from './lstm/lstm.ts';
import { nullDetector } from './null/null.ts';
import { randomDetector } from './random/random.ts';
import { seriesBaselines } from './series-baselines/series-baselines.ts';

const anomaly = 'workload-shape';

/** The learner for workload-shape, its baselines and its controls. */
export const workloadShapeDetectors: readonly Detector[] = onAnyTopics(workloadSeries, features => [
  lstm({ anomaly, features }),
  ...seriesBaselines({ anomaly, features, horizonDays: 2 }),
  randomDetector(anomaly, features),
  nullDetector(anomaly, features),
]);
