import { z } from 'zod';
import { detectorRoles } from '../detectors/detector.ts';
import { bounds, byId, metrics } from '../evaluation/metrics.ts';
import type { ResultRow } from '../evaluation/result-rows.ts';

const figure = z.number().nullable();

/** A row of `results.json`, for reading it back. */
export const resultRowSchema: z.ZodType<ResultRow> = z.object({
  anomaly: z.string(),
  variant: z.string(),
  intensity: z.string(),
  detector: z.string(),
  role: z.enum(detectorRoles),
  seeds: z.int(),
  labels: z.int(),
  visible: z.int(),
  detected: z.int(),
  alarms: z.int(),
  nearMissAlarms: z.int(),
  ...byId(metrics, () => figure),
  ...byId(bounds, () => figure.exactOptional()),
});
