import { z } from 'zod';
import { detectorRoles } from '../detectors/detector.ts';
import type { RunOutcome } from './run-outcome.ts';

/** How a detector did in one run. */
export const runFiguresSchema = z.object({
  anomaly: z.string(),
  detector: z.string(),
  role: z.enum(detectorRoles),
  run: z.string(),
  labels: z.int().nonnegative(),
  detected: z.int().nonnegative(),
  falseAlarms: z.int().nonnegative(),
});

export type RunFigures = Readonly<z.infer<typeof runFiguresSchema>>;

/** Run by run, without controls. */
export function runFigures(outcomes: readonly RunOutcome[]): readonly RunFigures[] {
  return outcomes
    .filter(({ role }) => role !== 'control')
    .map(({ anomaly, detector, role, run, labels, falseAlarms }) => ({
      ...{ anomaly, detector, role, run, labels: labels.length },
      detected: labels.filter(({ delayMinutes }) => delayMinutes !== null).length,
      falseAlarms,
    }));
}
