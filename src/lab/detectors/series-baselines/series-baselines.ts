import type { Detector } from '../detector.ts';
import type { OfSeries } from '../for-any-topics.ts';
import { forecastDetector } from '../residuals/forecast-detector.ts';
import {
  medianAndWeeklyAverage,
  seasonalMedian,
  seasonalNaiveDay,
  seasonalNaiveWeek,
  weeklyProfileTimesLevel,
} from '../residuals/forecasters.ts';
import { recordJump } from './record-jump.ts';
import { staticThreshold } from './static-threshold.ts';

const forecasters = [
  {
    id: 'seasonal-median',
    description: 'the median of the same hour, weekdays and weekends apart',
    forecaster: seasonalMedian,
  },
  { id: 'seasonal-naive-24h', description: 'what was counted 24 hours ago', forecaster: seasonalNaiveDay },
  { id: 'seasonal-naive-7d', description: 'what was counted 7 days ago', forecaster: seasonalNaiveWeek },
  {
    id: 'weekly-profile',
    description: 'the mean of the same hour of the week, times the level of last week',
    forecaster: weeklyProfileTimesLevel,
  },
  {
    id: 'median-and-weekly',
    description: 'the average of seasonal-median and weekly-profile',
    forecaster: medianAndWeeklyAverage,
  },
] as const;

/** The baselines that every series learner must beat, for one anomaly and series. */
export function seriesBaselines(options: OfSeries & { readonly horizonDays: number }): readonly Detector[] {
  return [
    staticThreshold(options),
    ...forecasters.map(forecaster => forecastDetector({ ...options, ...forecaster })),
    recordJump(options),
  ];
}
