import type { DetectorRole } from '../detectors/detector.ts';
import type { RunOutcome } from './run-outcome.ts';

/** How a detector did in one run. */
export type RunFigures = {
  readonly anomaly: string;
  readonly detector: string;
  readonly role: DetectorRole;
  readonly run: string;
  readonly labels: number;
  readonly detected: number;
  readonly falseAlarms: number;
};

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
