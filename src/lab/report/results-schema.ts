import { z } from 'zod';
import { detectorRoles } from '../detectors/detector.ts';
import { bounds, byId, metrics } from '../evaluation/metrics.ts';
import type { Comparison, ResultRow } from '../evaluation/result-rows.ts';
import type { Results } from '../evaluation/results-file.ts';
import type { RunFigures } from '../evaluation/run-figures.ts';
import type { SweepPoint } from '../evaluation/sweep-points.ts';

const figure = z.number().nullable();
const count = z.int().nonnegative();
const share = z.number().min(0).max(1);

const ofDetector = { anomaly: z.string(), detector: z.string(), role: z.enum(detectorRoles) };
const ofGroup = { ...ofDetector, variant: z.string(), intensity: z.string() };

/** A row of `results.json`, for reading it back. */
export const resultRowSchema: z.ZodType<ResultRow> = z.object({
  ...ofGroup,
  seeds: count,
  labels: count,
  visible: count,
  detected: count,
  alarms: count,
  nearMissAlarms: count,
  ...byId(metrics, () => figure),
  ...byId(bounds, () => figure.exactOptional()),
});

const comparisonSchema: z.ZodType<Comparison> = z.object({
  ...ofGroup,
  against: z.string(),
  metric: z.enum(metrics.map(({ id }) => id)),
  lead: figure,
  leadLow: figure,
  leadHigh: figure,
  verdict: z.enum(['ahead', 'level', 'behind', 'open']),
});

const sweepSchema: z.ZodType<SweepPoint> = z.object({
  ...ofDetector,
  variant: z.string(),
  strength: z.number(),
  labels: count,
  detected: count,
  recall: share,
  recallLow: share,
  recallHigh: share,
  delayMinutesMedian: figure,
});

const runSchema: z.ZodType<RunFigures> = z.object({
  ...ofDetector,
  run: z.string(),
  labels: count,
  detected: count,
  falseAlarms: count,
});

/** `results.json`, for reading it back. */
export const resultsSchema: z.ZodType<Results> = z.object({
  command: z.string(),
  seed: z.number(),
  version: z.string(),
  rows: z.array(resultRowSchema),
  comparisons: z.array(comparisonSchema).exactOptional(),
  sweep: z.array(sweepSchema).exactOptional(),
  runs: z.array(runSchema).exactOptional(),
  leftOut: z.array(z.object({ run: z.string(), id: z.string(), reason: z.string() })).exactOptional(),
});
