import { z } from 'zod';
import { groupBy } from '../../base/group-by.ts';
import { sum } from '../../base/sum.ts';
import { intensities } from '../../data/dataset/anomaly-facts.ts';
import { detectorRoles } from '../detectors/detector.ts';
import { binned, rankingOfBins } from './binned-ranking.ts';
import {
  type AnyMetric,
  type BoundId,
  bounds,
  byId,
  type MetricId,
  mainMetrics,
  metrics,
  type PooledRuns,
} from './metrics.ts';
import { percentileInterval, resampledWeights } from './resampling.ts';
import { groupKey, type LabelGroup, type RunOutcome, type ScoreCount, unpackedCounts } from './run-outcome.ts';

type Figures = Readonly<Record<MetricId, number | null>>;

const figure = z.number().nullable();
const count = z.int().nonnegative();

/** One row of `results.json`: a contract, as are its columns in `results.csv`. `variant` or `intensity` is 'all' in a row that pools several of them. */
export const resultRowSchema = z.object({
  anomaly: z.string(),
  variant: z.string(),
  intensity: z.string(),
  detector: z.string(),
  role: z.enum(detectorRoles),
  seeds: count,
  labels: count,
  visible: count.describe('labels that could be seen at all: see `visibleLabels`'),
  detected: count,
  alarms: count,
  nearMissAlarms: count,
  ...byId(metrics, () => figure),
  ...byId(bounds, () => figure.exactOptional()),
});

export type ResultRow = Readonly<z.infer<typeof resultRowSchema>>;

/** How a learner does against another detector on the same runs. */
export const comparisonSchema = z.object({
  anomaly: z.string(),
  variant: z.string(),
  intensity: z.string(),
  detector: z.string().describe('the learner'),
  against: z.string(),
  role: z.enum(detectorRoles).describe('of the other one'),
  metric: z.enum(metrics.map(({ id }) => id)),
  lead: figure.describe(
    "how much better the learner's figure is; negative where it is worse, null where a figure has no meaning",
  ),
  leadLow: figure.describe('the paired 95 % bootstrap interval over runs'),
  leadHigh: figure,
  verdict: z
    .enum(['ahead', 'level', 'behind', 'open'])
    .describe('`ahead` or `behind` only if the interval excludes 0; `open` with fewer than five runs'),
});

export type Comparison = Readonly<z.infer<typeof comparisonSchema>>;

/** With fewer runs, an interval over runs says nothing. */
export const fewestRuns = 5;

/** What a row over clean runs has as its group of labels. */
export const cleanGroup = { variant: 'clean', intensity: 'none' } as const satisfies LabelGroup;

/** The detector of a row for an anomaly without any alarm or score. */
export const noDetector = 'none';

/**
 * Pools outcomes of several runs into result rows: for each anomaly and detector one row for all labels, one for each intensity and one for each
 * variant (if there are several variants), and one for each variant and intensity.
 *
 * Recall, delay, average precision and ROC area of a group use the group's labels and positive units only; units that are positive
 * for another group are left out. A false alarm belongs to no group, so all groups share the false alarms: a group's precision is its
 * right alarms over its right alarms plus *all* false alarms, and it rises with the group's share of the labels. Use it to compare
 * detectors within a group, not groups with each other.
 *
 * With several runs, intervals are 95 % percentile bootstrap intervals over runs, not over units. A figure without a meaning is null
 * (precision without an alarm; recall, precision and F1 without a label; a ranking without scores).
 */
export function resultRows(outcomes: readonly RunOutcome[]): readonly ResultRow[] {
  return pooledResults(outcomes).rows;
}

/** As `resultRows`, with the learner's comparisons where there are several runs. */
export function pooledResults(outcomes: readonly RunOutcome[]): {
  readonly rows: readonly ResultRow[];
  readonly comparisons: readonly Comparison[];
} {
  const rows: ResultRow[] = [];
  const comparisons: Comparison[] = [];
  for (const [anomaly, ofAnomaly] of groupBy(outcomes, outcome => outcome.anomaly)) {
    const runs = unique(ofAnomaly.map(({ run }) => run));
    const resamples = runs.length > 1 ? resampledWeights(runs.length, anomaly) : [];
    const groups = groupsOf(ofAnomaly);
    const pools = [...groupBy(ofAnomaly, ({ detector }) => detector).values()].map(ofDetector => {
      // Scores are unpacked once, for one detector at a time.
      const scores = ofDetector.map(outcome => unpackedCounts(outcome.scores));
      return groups.map(group => poolOf(ofDetector, { group, runs, resamples, scores }));
    });
    rows.push(...pools.flat().map(({ row }) => row));
    for (const index of groups.keys()) {
      const inGroup = pools.flatMap(ofDetector => ofDetector[index] ?? []);
      if (resamples.length > 0 && groups[index]?.variant === 'all') comparisons.push(...comparisonsIn(inGroup));
    }
  }
  return { rows, comparisons };
}

/** What one run adds to a row. */
type RunPart = Omit<PooledRuns, 'ranking'> & { readonly nearMissAlarms: number; readonly visible: number };

/** A row with its figures in each resample. */
type Pool = { readonly row: ResultRow; readonly drawn: readonly Figures[] };

function poolOf(
  outcomes: readonly [RunOutcome, ...RunOutcome[]],
  options: {
    readonly group: RowGroup;
    readonly runs: readonly string[];
    readonly resamples: readonly (readonly number[])[];
    /** Of each outcome. */
    readonly scores: readonly (readonly ScoreCount[])[];
  },
): Pool {
  const { group, runs, resamples, scores } = options;
  const [first] = outcomes;
  const bins = binned(scores, group.keys);
  const parts = outcomes.map(outcome => partOf(outcome, group));
  const place = outcomes.map(({ run }) => runs.indexOf(run));
  const figuresWith = (weights: readonly number[]): Figures => {
    const ranking = rankingOfBins(bins, weights);
    const pooled = pooledParts(parts.flatMap((part, index) => new Array<RunPart>(weights[index] ?? 0).fill(part)));
    return byId(metrics, metric => metric.of({ ...pooled, ranking }));
  };
  const drawn = resamples.map(weights => figuresWith(place.map(run => weights[run] ?? 0)));
  const all = pooledParts(parts);
  const row = {
    anomaly: first.anomaly,
    variant: group.variant,
    intensity: group.intensity,
    detector: first.detector,
    role: first.role,
    seeds: unique(outcomes.map(({ run }) => run)).length,
    labels: all.labels,
    visible: sum(parts, part => part.visible),
    detected: all.delaysMinutes.length,
    alarms: all.rightAlarms + all.falseAlarms,
    nearMissAlarms: sum(parts, part => part.nearMissAlarms),
    ...figuresWith(outcomes.map(() => 1)),
    ...(drawn.length > 0 ? intervalsOf(drawn) : {}),
  };
  return { row, drawn };
}

function partOf(outcome: RunOutcome, { keys }: RowGroup): RunPart {
  const labels = outcome.labels.filter(label => keys?.has(groupKey(label)) ?? true);
  return {
    days: outcome.days,
    labels: labels.length,
    visible: labels.filter(({ isVisible }) => isVisible).length,
    delaysMinutes: labels.flatMap(({ delayMinutes }) => (delayMinutes === null ? [] : [delayMinutes])),
    rightAlarms: outcome.rightAlarms.filter(groups => keys === undefined || groups.some(key => keys.has(key))).length,
    falseAlarms: outcome.falseAlarms,
    nearMissAlarms: outcome.nearMissAlarms,
    series: keys === undefined && outcome.series !== undefined ? [outcome.series] : [],
  };
}

function pooledParts(parts: readonly RunPart[]): Omit<PooledRuns, 'ranking'> {
  return {
    days: sum(parts, part => part.days),
    labels: sum(parts, part => part.labels),
    delaysMinutes: parts.flatMap(part => part.delaysMinutes),
    rightAlarms: sum(parts, part => part.rightAlarms),
    falseAlarms: sum(parts, part => part.falseAlarms),
    series: parts.flatMap(part => part.series),
  };
}

function intervalsOf(drawn: readonly Figures[]): Readonly<Record<BoundId, number | null>> {
  const intervals = byId(metrics, ({ id }) => percentileInterval(drawn.map(figures => figures[id])));
  return byId(bounds, ({ metric, side }) => intervals[metric]?.[side] ?? null);
}

/** The learner against every baseline, reference and external detector; the resamples hold the same runs for both. */
function comparisonsIn(pools: readonly Pool[]): readonly Comparison[] {
  const learner = pools.find(({ row }) => row.role === 'learner');
  if (learner === undefined) return [];
  const rivals = pools.filter(
    ({ row: { role } }) => role === 'baseline' || role === 'reference' || role === 'external',
  );
  return rivals.flatMap(rival => mainMetrics.map(metric => comparison(learner, rival, metric)));
}

function comparison(learner: Pool, rival: Pool, { id: metric, better }: AnyMetric): Comparison {
  const { anomaly, variant, intensity, detector, seeds } = learner.row;
  const leadIn = (ours: Figures, theirs: Figures | undefined) => {
    const [mine, other] = [ours[metric], theirs?.[metric] ?? null];
    if (mine === null || other === null) return null;
    return better === 'higher' ? mine - other : other - mine;
  };
  const interval = percentileInterval(learner.drawn.map((figures, round) => leadIn(figures, rival.drawn[round])));
  const { detector: against, role } = rival.row;
  return {
    ...{ anomaly, variant, intensity, detector, against, role, metric },
    lead: leadIn(learner.row, rival.row),
    leadLow: interval?.low ?? null,
    leadHigh: interval?.high ?? null,
    verdict: seeds < fewestRuns || interval === null ? 'open' : verdictOf(interval),
  };
}

function verdictOf({ low, high }: { readonly low: number; readonly high: number }): Comparison['verdict'] {
  return low > 0 ? 'ahead' : high < 0 ? 'behind' : 'level';
}

/** The labels of a row: `keys` undefined for all. */
type RowGroup = LabelGroup & { readonly keys: ReadonlySet<string> | undefined };

/** All labels, then by intensity, easiest first, if there are several variants, then each variant and its intensities. */
function groupsOf(outcomes: readonly RunOutcome[]): readonly RowGroup[] {
  const labels = outcomes.flatMap(outcome => outcome.labels);
  const single = new Map(
    labels.map(({ variant, intensity }) => [groupKey({ variant, intensity }), { variant, intensity }]),
  );
  const easiestFirst: readonly string[] = intensities;
  const order = ({ variant, intensity }: LabelGroup) => `${variant} ${easiestFirst.indexOf(intensity)} ${intensity}`;
  const sorted = [...single.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1));
  const variants = unique(sorted.map(({ variant }) => variant));
  const strengths = variants.length > 1 ? unique([...intensities, ...sorted.map(({ intensity }) => intensity)]) : [];
  return [
    { variant: 'all', intensity: 'all', keys: undefined },
    ...strengths.flatMap(intensity => {
      const keys = new Set(sorted.filter(group => group.intensity === intensity).map(groupKey));
      return keys.size === 0 ? [] : [{ variant: 'all', intensity, keys }];
    }),
    ...variants.flatMap(variant => {
      const own = sorted.filter(group => group.variant === variant);
      const keys = new Set(own.map(groupKey));
      return [
        ...(variants.length > 1 && own.length > 1 ? [{ variant, intensity: 'all', keys }] : []),
        ...own.map(group => ({ ...group, keys: new Set([groupKey(group)]) })),
      ];
    }),
  ];
}

function unique<Item>(items: readonly Item[]): readonly Item[] {
  return [...new Set(items)];
}
