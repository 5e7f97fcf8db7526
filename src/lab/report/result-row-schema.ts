import { z } from 'zod';
import type { ResultRow } from '../evaluation/result-rows.ts';

const figure = z.number().nullable();
const bound = figure.exactOptional();

/** A row of `results.json`, for reading it back. */
export const resultRowSchema: z.ZodType<ResultRow> = z.object({
  anomaly: z.string(),
  variant: z.string(),
  intensity: z.string(),
  detector: z.string(),
  role: z.enum(['learner', 'baseline', 'control']),
  seeds: z.int(),
  labels: z.int(),
  detected: z.int(),
  alarms: z.int(),
  nearMissAlarms: z.int(),
  recall: figure,
  precision: figure,
  f1: figure,
  falseAlarmsPerDay: figure,
  delayMinutesMedian: figure,
  averagePrecision: figure,
  rocAuc: figure,
  recallLow: bound,
  recallHigh: bound,
  precisionLow: bound,
  precisionHigh: bound,
  f1Low: bound,
  f1High: bound,
  falseAlarmsPerDayLow: bound,
  falseAlarmsPerDayHigh: bound,
  delayMinutesMedianLow: bound,
  delayMinutesMedianHigh: bound,
  averagePrecisionLow: bound,
  averagePrecisionHigh: bound,
  rocAucLow: bound,
  rocAucHigh: bound,
});
