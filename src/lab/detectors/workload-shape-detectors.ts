import { hourMs } from '../../base/time.ts';
import { crowdChannels, withCrowds } from '../features/crowds.ts';
import { withReactions } from '../features/reaction-series.ts';
import type { SeriesFeatures } from '../features/series-counts.ts';
import { workloadTypeSeries } from '../features/type-series.ts';
import type { Detector } from './detector.ts';
import { lstmForecast } from './lstm/lstm-forecast.ts';
import type { Scan } from './scan/scan.ts';
import { plainColumns, plainFamilies } from './scan/scan-families.ts';
import { totalColumn } from './scan/scan-series.ts';
import { scanDetectors } from './scan-detectors.ts';

const anomaly = 'workload-shape';

/** One false alarm in 220 clean days; days with anomalies have more. A run holds three anomalies in 22 days. */
const falseAlarmsPerDay = 1 / 220;
/** The same for other systems: one in 220 days would lie far beyond what their training days show. */
const falseAlarmsPerDayOfTopics = 1 / 55;

/** What is forecast of a shop, its visits first; `npm run forecasts` compares forecasts of them. @public */
export const workloadColumns: readonly string[] = ['CreateCart', 'RegisterUser', 'SubmitOrder', totalColumn];

/** The learner for workload-shape, its baselines and its controls. */
export const workloadShapeDetectors: readonly Detector[] = scanDetectors(workloadTypeSeries, workloadScan, {
  id: 'lstm',
  description: 'LSTM that forecasts two days; a scan against it, and services behind the others',
  forecast: lstmForecast,
});

/** Surges and outages of 1 to 8 h, of other systems to 12 h: of a shop, in its visits, and in services that do not follow the others. */
function workloadScan(series: SeriesFeatures): Scan {
  const features = withReactions(withCrowds(series));
  const { channels } = features;
  const hours = channels.isShop ? [1, 2, 3, 4, 6, 8] : [1, 2, 3, 4, 6, 8, 12];
  const common = { anomaly, features, spansMs: hours.map(each => each * hourMs) };
  if (!channels.isShop) {
    const [columns, families] = [plainColumns(channels), plainFamilies(channels)];
    return { ...common, falseAlarmsPerDay: falseAlarmsPerDayOfTopics, columns, families };
  }
  return {
    ...common,
    falseAlarmsPerDay,
    columns: workloadColumns,
    families: [
      { id: 'visits-high', sign: 1, columns: [{ column: 'CreateCart', without: crowdChannels.visits }] },
      { id: 'behind', sign: -1, columns: 'pairs' },
      {
        id: 'low',
        sign: -1,
        margin: 1.5,
        columns: [
          { column: 'CreateCart', given: 'RegisterUser' },
          { column: 'RegisterUser', given: 'CreateCart' },
          { column: 'SubmitOrder', given: 'CreateCart' },
        ],
      },
    ],
    deficitShare: 0.4,
  };
}
