import { median } from 'simple-statistics';
import type { DetectorRole } from '../detectors/detector.ts';
import { percentileInterval, resampledWeights } from './resampling.ts';
import type { RunOutcome } from './run-outcome.ts';

/** How a detector did on the labels of one strength. */
export type SweepPoint = {
  readonly anomaly: string;
  /** `all`, and each variant where there are several. */
  readonly variant: string;
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
  'variant',
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

/** The variant of points over all variants. */
export const allVariants = 'all';

/**
 * Recall and delay by strength, of all variants together and of each, with 95 % bootstrap intervals over runs, of learners, baselines and references.
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
    { readonly first: RunOutcome; readonly variant: string; readonly strength: number; readonly runs: RunLabels[] }
  >();
  const add = (outcome: RunOutcome, variant: string, labels: RunOutcome['labels']) => {
    const strengths = new Set(labels.map(label => strengthOf(label, outcome)));
    for (const strength of strengths) {
      const key = `${outcome.anomaly}/${variant}/${outcome.detector}/${strength}`;
      const point = byPoint.get(key) ?? { first: outcome, variant, strength, runs: [] };
      byPoint.set(key, point);
      const same = labels.filter(label => strengthOf(label, outcome) === strength);
      point.runs.push({ run: outcome.run, delays: same.map(({ delayMinutes }) => delayMinutes) });
    }
  };
  for (const anomaly of new Set(shown.map(outcome => outcome.anomaly))) {
    const own = shown.filter(outcome => outcome.anomaly === anomaly);
    const variants = [...new Set(own.flatMap(({ labels }) => labels.map(({ variant }) => variant)))].sort();
    for (const outcome of own) {
      add(outcome, allVariants, outcome.labels);
      if (variants.length < 2) continue;
      for (const variant of variants) {
        add(
          outcome,
          variant,
          outcome.labels.filter(label => label.variant === variant),
        );
      }
    }
  }
  return [...byPoint.values()]
    .map(({ first: { anomaly, detector, role }, variant, strength, runs }): SweepPoint => {
      const delays = runs.flatMap(run => run.delays);
      const found = delays.filter(delay => delay !== null);
      const recall = recallOf(
        runs,
        runs.map(() => 1),
      );
      const drawn = resampledWeights(runs.length, `${anomaly}/${strength}`).map(weights => recallOf(runs, weights));
      const { low, high } = percentileInterval(drawn) ?? { low: recall, high: recall };
      return {
        ...{ anomaly, variant, detector, role, strength, labels: delays.length, detected: found.length },
        ...{ recall, recallLow: low, recallHigh: high },
        delayMinutesMedian: found.length === 0 ? null : median(found),
      };
    })
    .sort(
      (a, b) =>
        anomalyOf(a, shown) - anomalyOf(b, shown) ||
        Number(b.variant === allVariants) - Number(a.variant === allVariants) ||
        (a.variant < b.variant ? -1 : Number(a.variant > b.variant)) ||
        placeOf(a, shown) - placeOf(b, shown) ||
        a.strength - b.strength,
    );
}

/** A detector sees what it finds at least this share of. */
const seen = 0.5;

/**
 * The weakest strength from which on a detector finds at least half of the labels; undefined where it does not find the strongest.
 *
 * @param points of one detector; of several variants, each has to be seen
 */
export function seenFrom(points: readonly SweepPoint[]): number | undefined {
  const each = points.filter(({ variant }) => variant !== allVariants);
  const judged = each.length > 0 ? each : points;
  const froms = [...new Set(judged.map(({ variant }) => variant))].map(variant =>
    weakestSeen(judged.filter(point => point.variant === variant)),
  );
  return froms.includes(undefined) ? undefined : Math.max(...froms.filter(from => from !== undefined));
}

function weakestSeen(points: readonly SweepPoint[]): number | undefined {
  const sorted = [...points].sort((a, b) => b.strength - a.strength);
  const unseen = sorted.findIndex(({ recall }) => recall < seen);
  return sorted[(unseen === -1 ? sorted.length : unseen) - 1]?.strength;
}

function recallOf(runs: readonly RunLabels[], weights: readonly number[]): number {
  let [labels, found] = [0, 0];
  for (const [index, { delays }] of runs.entries()) {
    labels += (weights[index] ?? 0) * delays.length;
    found += (weights[index] ?? 0) * delays.filter(delay => delay !== null).length;
  }
  return labels === 0 ? 0 : found / labels;
}

/** Anomalies and detectors keep the order of the outcomes. */
function anomalyOf({ anomaly }: SweepPoint, outcomes: readonly RunOutcome[]): number {
  return outcomes.findIndex(outcome => outcome.anomaly === anomaly);
}

function placeOf({ anomaly, detector }: SweepPoint, outcomes: readonly RunOutcome[]): number {
  return outcomes.findIndex(outcome => outcome.anomaly === anomaly && outcome.detector === detector);
}
