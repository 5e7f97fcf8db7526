import { median } from 'simple-statistics';
import { z } from 'zod';
import { groupBy } from '../../base/group-by.ts';
import { detectorRoles } from '../detectors/detector.ts';
import { percentileInterval, resampledWeights } from './resampling.ts';
import type { RunOutcome } from './run-outcome.ts';

/** How a detector did on the labels of one strength: a point of `results.json`, and a row of `sweep.csv`. */
export const sweepPointSchema = z.object({
  anomaly: z.string(),
  variant: z.string().describe('`all`, and each variant where there are several'),
  detector: z.string(),
  role: z.enum(detectorRoles),
  strength: z
    .number()
    .describe('z for an anomaly of the whole shop; for others a factor on the size of what is `subtle`'),
  labels: z.int().nonnegative(),
  detected: z.int().nonnegative(),
  recall: z.number().min(0).max(1),
  recallLow: z.number().min(0).max(1),
  recallHigh: z.number().min(0).max(1),
  delayMinutesMedian: z.number().nullable().describe('of the labels found; null where none was'),
});

export type SweepPoint = Readonly<z.infer<typeof sweepPointSchema>>;

/** The variant of points over all variants. */
export const allVariants = 'all';

type StrengthOf = (label: RunOutcome['labels'][number], outcome: RunOutcome) => number;

/**
 * Recall and delay by strength, of all variants together and of each, with 95 % bootstrap intervals over runs, of learners, baselines and references.
 * Anomalies and detectors keep the order of the outcomes; the weakest strength is first.
 *
 * @param strengthOf the strength of a label
 */
export function sweepPoints(outcomes: readonly RunOutcome[], strengthOf: StrengthOf): readonly SweepPoint[] {
  const shown = outcomes.filter(({ role }) => role !== 'control');
  return [...groupBy(shown, ({ anomaly }) => anomaly).values()].flatMap(own => {
    const variants = [...new Set(own.flatMap(({ labels }) => labels.map(({ variant }) => variant)))].sort();
    const byDetector = [...groupBy(own, ({ detector }) => detector).values()];
    return [allVariants, ...(variants.length > 1 ? variants : [])].flatMap(variant =>
      byDetector.flatMap(ofDetector => pointsOf(ofDetector, variant, strengthOf)),
    );
  });
}

function pointsOf(
  outcomes: readonly [RunOutcome, ...RunOutcome[]],
  variant: string,
  strengthOf: StrengthOf,
): readonly SweepPoint[] {
  const [{ anomaly, detector, role }] = outcomes;
  const labels = outcomes.flatMap(run =>
    run.labels
      .filter(label => variant === allVariants || label.variant === variant)
      .map(label => ({ run, strength: strengthOf(label, run), delay: label.delayMinutes })),
  );
  const byStrength = [...groupBy(labels, ({ strength }) => strength)].sort(([a], [b]) => a - b);
  return byStrength.map(([strength, same]): SweepPoint => {
    const runs = [...groupBy(same, ({ run }) => run).values()].map(ofRun => ofRun.map(({ delay }) => delay));
    const found = same.map(({ delay }) => delay).filter(delay => delay !== null);
    const recall = found.length / same.length;
    const drawn = resampledWeights(runs.length, `${anomaly}/${strength}`).map(weights => recallOf(runs, weights));
    const { low, high } = percentileInterval(drawn) ?? { low: recall, high: recall };
    return {
      ...{ anomaly, variant, detector, role, strength, labels: same.length, detected: found.length },
      ...{ recall, recallLow: low, recallHigh: high },
      delayMinutesMedian: found.length === 0 ? null : median(found),
    };
  });
}

/** @param runs the delays of each run's labels */
function recallOf(runs: readonly (readonly (number | null)[])[], weights: readonly number[]): number {
  let [labels, found] = [0, 0];
  for (const [index, delays] of runs.entries()) {
    labels += (weights[index] ?? 0) * delays.length;
    found += (weights[index] ?? 0) * delays.filter(delay => delay !== null).length;
  }
  return labels === 0 ? 0 : found / labels;
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
  const froms = [...groupBy(judged, ({ variant }) => variant).values()].map(weakestSeen);
  return froms.includes(undefined) ? undefined : Math.max(...froms.filter(from => from !== undefined));
}

function weakestSeen(points: readonly SweepPoint[]): number | undefined {
  const sorted = [...points].sort((a, b) => b.strength - a.strength);
  const unseen = sorted.findIndex(({ recall }) => recall < seen);
  return sorted[(unseen === -1 ? sorted.length : unseen) - 1]?.strength;
}
