import type { Detector } from '../detector.ts';
import { campaignCurve } from '../forecasts/campaign-curve.ts';
import { untrained } from '../forecasts/forecast-model.ts';
import {
  medianAndWeeklyAverage,
  seasonalMedian,
  seasonalNaiveDay,
  seasonalNaiveWeek,
  smoothed,
  weeklyProfileTimesLevel,
} from '../forecasts/forecasters.ts';
import { ridgeForecast } from '../forecasts/ridge-forecast.ts';
import type { Scan } from '../scan/scan.ts';
import { scanDetector } from '../scan/scan-detector.ts';
import { recordJump } from './record-jump.ts';
import { staticThreshold } from './static-threshold.ts';

const forecasts = [
  {
    id: 'seasonal-median',
    description: 'a scan against the median of the same time of day, weekdays and weekends apart',
    forecast: untrained('seasonal-median', smoothed(seasonalMedian)),
  },
  {
    id: 'seasonal-naive-24h',
    description: 'a scan against what was counted 24 hours ago',
    forecast: untrained('seasonal-naive-24h', smoothed(seasonalNaiveDay)),
  },
  {
    id: 'seasonal-naive-7d',
    description: 'a scan against what was counted 7 days ago',
    forecast: untrained('seasonal-naive-7d', smoothed(seasonalNaiveWeek)),
  },
  {
    id: 'weekly-profile',
    description: 'a scan against the mean of the same time of the week, times the level of last week',
    forecast: untrained('weekly-profile', smoothed(weeklyProfileTimesLevel)),
  },
  {
    id: 'median-and-weekly',
    description: 'a scan against the average of seasonal-median and weekly-profile',
    forecast: untrained('median-and-weekly', smoothed(medianAndWeeklyAverage)),
  },
  {
    id: 'campaign-curve',
    description: 'a scan against seasonal-median, times the usual course of what was announced',
    forecast: campaignCurve,
  },
  {
    id: 'ridge',
    description: 'a scan against campaign-curve, corrected by a ridge regression on the inputs of the LSTM',
    forecast: ridgeForecast,
  },
] as const;

/** The baselines that every series learner must beat: forecasters without a network, scored by the same scan, and two rules without a scan. */
export function seriesBaselines(scan: Scan): readonly Detector[] {
  return [
    staticThreshold(scan),
    ...forecasts.map(forecast => scanDetector(scan, { ...forecast, role: 'baseline' })),
    recordJump(scan),
  ];
}
