import { median } from 'simple-statistics';
import type { DetectorRole } from '../detectors/detector.ts';
import { percentileInterval, resampledWeights } from './resampling.ts';
import type { RunOutcome } from './run-outcome.ts';

/** How a detector did on the labels of one strength. */
export type SweepPoint = {
  readonly anomaly: string;
  readonly detector: string;
  readonly role: DetectorRole;
  /** z for an anomaly of the whole shop; for others a factor on the size of what is `subtle`. */
  readonly strength: number;
  readonly labels: number;
  readonly detected: number;
  readonly recall: number;
  readonly recallLow: number;
  readonly recallHigh: number;
  /** Of the labels found; null where none was. */
  readonly delayMinutesMedian: number | null;
};

/** The columns of `sweep.csv`. */
export const sweepColumns = [
  'anomaly',
  'detector',
  'role',
  'strength',
  'labels',
  'detected',
  'recall',
  'recallLow',
  'recallHigh',
  'delayMinutesMedian',
] as const satisfies readonly (keyof SweepPoint)[];

type RunLabels = { readonly run: string; readonly delays: readonly (number | null)[] };

/**
 * Recall and delay by strength, with 95 % bootstrap intervals over runs, of learners, baselines and references.
 *
 * @param strengthOf the strength of a label
 */
export function sweepPoints(
  outcomes: readonly RunOutcome[],
  strengthOf: (label: RunOutcome['labels'][number], outcome: RunOutcome) => number,
): readonly SweepPoint[] {
  const shown = outcomes.filter(({ role }) => role !== 'control');
  const byPoint = new Map<
    string,
    { readonly first: RunOutcome; readonly strength: number; readonly runs: RunLabels[] }
  >();
  for (const outcome of shown) {
    const strengths = new Set(outcome.labels.map(label => strengthOf(label, outcome)));
    for (const strength of strengths) {
      const key = `${outcome.anomaly}/${outcome.detector}/${strength}`;
      const point = byPoint.get(key) ?? { first: outcome, strength, runs: [] };
      byPoint.set(key, point);
      const labels = outcome.labels.filter(label => strengthOf(label, outcome) === strength);
      point.runs.push({ run: outcome.run, delays: labels.map(({ delayMinutes }) => delayMinutes) });
    }
  }
  return [...byPoint.values()]
    .map(({ first: { anomaly, detector, role }, strength, runs }): SweepPoint => {
      const delays = runs.flatMap(run => run.delays);
      const found = delays.filter(delay => delay !== null);
      const recall = recallOf(
        runs,
        runs.map(() => 1),
      );
      const drawn = resampledWeights(runs.length, `${anomaly}/${strength}`).map(weights => recallOf(runs, weights));
      const { low, high } = percentileInterval(drawn) ?? { low: recall, high: recall };
      return {
        ...{ anomaly, detector, role, strength, labels: delays.length, detected: found.length },
        ...{ recall, recallLow: low, recallHigh: high },
        delayMinutesMedian: found.length === 0 ? null : median(found),
      };
    })
    .sort((a, b) => placeOf(a, shown) - placeOf(b, shown) || a.strength - b.strength);
}

function recallOf(runs: readonly RunLabels[], weights: readonly number[]): number {
  let [labels, found] = [0, 0];
  for (const [index, { delays }] of runs.entries()) {
    labels += (weights[index] ?? 0) * delays.length;
    found += (weights[index] ?? 0) * delays.filter(delay => delay !== null).length;
  }
  return labels === 0 ? 0 : found / labels;
}

/** Detectors keep the order of the outcomes. */
function placeOf({ anomaly, detector }: SweepPoint, outcomes: readonly RunOutcome[]): number {
  return outcomes.findIndex(outcome => outcome.anomaly === anomaly && outcome.detector === detector);
}
