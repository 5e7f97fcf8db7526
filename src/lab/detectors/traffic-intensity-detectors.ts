import { hourMs } from '../../base/time.ts';
import { crowdChannels, withCrowds } from '../features/crowds.ts';
import type { SeriesFeatures } from '../features/series-counts.ts';
import { trafficTypeSeries } from '../features/type-series.ts';
import type { Detector } from './detector.ts';
import { onAnyTopics } from './for-any-topics.ts';
import { campaignCurve } from './forecasts/campaign-curve.ts';
import { nullDetector } from './null/null.ts';
import { oneClassSvm } from './one-class-svm/one-class-svm.ts';
import { randomDetector } from './random/random.ts';
import { type Scan, scanDetector } from './scan/scan-detector.ts';
import { plainColumns, plainFamilies } from './scan/scan-families.ts';
import { scanReference } from './scan/scan-reference.ts';
import { totalColumn } from './scan/scan-spans.ts';
import { seriesBaselines } from './series-baselines/series-baselines.ts';

const anomaly = 'traffic-intensity';

/** Four false alarms in 220 days: nine alarms in ten are right. A run holds four anomalies in 22 days. */
const falseAlarmsPerDay = 1 / 55;

/** The learner for traffic-intensity, its baselines and its controls. */
export const trafficIntensityDetectors: readonly Detector[] = onAnyTopics(trafficTypeSeries, series => {
  const features = series.channels.isShop ? withCrowds(series) : series;
  const scan = trafficScan(features);
  return [
    scanDetector(scan, {
      id: 'one-class-svm',
      role: 'learner',
      description: 'one-class SVM on the scan statistics of each family',
      forecast: campaignCurve,
      judge: oneClassSvm,
    }),
    ...seriesBaselines(scan),
    scanReference(scan),
    { ...randomDetector(anomaly, features), falseAlarmsPerDay },
    { ...nullDetector(anomaly, features), falseAlarmsPerDay },
  ];
});

/** Floods and silences of a quarter of an hour to a quarter of a day: of a shop, in visits and registrations. */
function trafficScan(features: SeriesFeatures): Scan {
  const { channels } = features;
  const spansMs = [0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6].map(hours => hours * hourMs);
  if (!channels.isShop) {
    const families = plainFamilies(channels).filter(({ columns }) => columns !== 'pairs');
    return { anomaly, falseAlarmsPerDay, features, columns: plainColumns(channels), families, spansMs };
  }
  return {
    anomaly,
    falseAlarmsPerDay,
    features,
    columns: ['CreateCart', 'RegisterUser', 'SubmitOrder', totalColumn],
    families: [
      {
        id: 'visits-high',
        sign: 1,
        columns: [{ column: 'CreateCart', given: 'SubmitOrder', without: crowdChannels.visits }],
      },
      {
        id: 'registrations-high',
        sign: 1,
        columns: [{ column: 'RegisterUser', given: 'CreateCart', without: crowdChannels.registrations }],
      },
      { id: 'low', sign: -1, columns: ['CreateCart'], leastMs: hourMs, margin: 0.9 },
    ],
    spansMs,
    deficitShare: 0.6,
  };
}
