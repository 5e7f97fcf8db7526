import { hourMs } from '../../base/time.ts';
import { crowdChannels, withCrowds } from '../features/crowds.ts';
import type { SeriesFeatures } from '../features/series-counts.ts';
import { trafficTypeSeries } from '../features/type-series.ts';
import type { Detector } from './detector.ts';
import { usualCurve } from './forecasts/usual-curve.ts';
import { oneClassSvm } from './one-class-svm/one-class-svm.ts';
import type { Scan } from './scan/scan.ts';
import { plainColumns, plainFamilies } from './scan/scan-families.ts';
import { totalColumn } from './scan/scan-series.ts';
import { scanDetectors } from './scan-detectors.ts';

const anomaly = 'traffic-intensity';

/** Five false alarms in 220 days: nine alarms in ten are right. A run holds four anomalies in 22 days. */
const falseAlarmsPerDay = 1 / 44;

/** The learner for traffic-intensity, its baselines and its controls. */
export const trafficIntensityDetectors: readonly Detector[] = scanDetectors(trafficTypeSeries, trafficScan, {
  id: 'one-class-svm',
  description: 'one-class SVM on the scan statistics of each family',
  forecast: usualCurve,
  judge: oneClassSvm,
});

/** Floods and silences of a quarter of an hour to a quarter of a day: of a shop, in visits and registrations. */
function trafficScan(series: SeriesFeatures): Scan {
  const features = withCrowds(series);
  const { channels } = features;
  const spansMs = [0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6].map(hours => hours * hourMs);
  const common = { anomaly, falseAlarmsPerDay, features, spansMs };
  if (!channels.isShop) {
    const families = plainFamilies(channels).filter(({ columns }) => columns !== 'pairs');
    return { ...common, columns: plainColumns(channels), families };
  }
  return {
    ...common,
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
    deficitShare: 0.6,
  };
}
