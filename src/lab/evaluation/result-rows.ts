import { quantile } from 'simple-statistics';
import { intensities } from '../../data/dataset/anomaly-facts.ts';
import type { DetectorRole } from '../detectors/detector.ts';
import { drawOf } from '../detectors/draws.ts';
import { type Bins, binned, rankingOfBins } from './binned-ranking.ts';
import { type BoundId, bounds, byId, type MetricId, metrics, type PooledRuns } from './metrics.ts';
import { groupKey, type LabelGroup, type RunOutcome } from './run-outcome.ts';

type Figures = Readonly<Record<MetricId, number | null>>;

/** One row of `results.json`: a contract. `variant` or `intensity` is 'all' in a row that pools several of them. */
export type ResultRow = Figures &
  LabelGroup & {
    readonly anomaly: string;
    readonly detector: string;
    readonly role: DetectorRole;
    readonly seeds: number;
    readonly labels: number;
    readonly detected: number;
    readonly alarms: number;
    readonly nearMissAlarms: number;
  } & Readonly<Partial<Record<BoundId, number | null>>>;

/** What a row over clean runs has as its group of labels. */
export const cleanGroup = { variant: 'clean', intensity: 'none' } as const satisfies LabelGroup;

/** The detector of a row for an anomaly without any alarm or score. */
export const noDetector = 'none';

/** How often the runs are resampled for an interval. */
const resamples = 500;

/**
 * Pools outcomes of several runs into result rows: for each anomaly and detector one row for all labels, one for each intensity
 * (if there are several variants), then one for each variant and intensity.
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
  const rows: ResultRow[] = [];
  for (const anomaly of unique(outcomes.map(outcome => outcome.anomaly))) {
    const ofAnomaly = outcomes.filter(outcome => outcome.anomaly === anomaly);
    const groups = groupsOf(ofAnomaly);
    for (const detector of unique(ofAnomaly.map(outcome => outcome.detector))) {
      const ofDetector = ofAnomaly.filter(outcome => outcome.detector === detector);
      for (const group of groups) rows.push(rowOf(ofDetector, group));
    }
  }
  return rows;
}

/** What one run adds to a row. */
type RunPart = Omit<PooledRuns, 'ranking'> & { readonly nearMissAlarms: number; readonly bins: Bins };

function rowOf(outcomes: readonly RunOutcome[], group: RowGroup): ResultRow {
  const [first] = outcomes;
  if (first === undefined) throw new TypeError('a row needs an outcome');
  const bins = binned(outcomes, group.keys);
  const parts = outcomes.map((outcome, index) =>
    partOf(outcome, group, bins[index] ?? { positives: [], negatives: [] }),
  );
  const figures = figuresOf(parts);
  return {
    anomaly: first.anomaly,
    variant: group.variant,
    intensity: group.intensity,
    detector: first.detector,
    role: first.role,
    seeds: unique(outcomes.map(({ run }) => run)).length,
    labels: sum(parts, part => part.labels),
    detected: sum(parts, part => part.delaysMinutes.length),
    alarms: sum(parts, part => part.rightAlarms + part.falseAlarms),
    nearMissAlarms: sum(parts, part => part.nearMissAlarms),
    ...figures,
    ...(parts.length > 1 ? intervalsOf(parts, `${first.anomaly}/${first.detector}`) : {}),
  };
}

function partOf(outcome: RunOutcome, { keys }: RowGroup, bins: Bins): RunPart {
  const labels = outcome.labels.filter(label => keys?.has(groupKey(label)) ?? true);
  return {
    days: outcome.days,
    labels: labels.length,
    delaysMinutes: labels.flatMap(({ delayMinutes }) => (delayMinutes === null ? [] : [delayMinutes])),
    rightAlarms: outcome.rightAlarms.filter(groups => keys === undefined || groups.some(key => keys.has(key))).length,
    falseAlarms: outcome.falseAlarms,
    nearMissAlarms: outcome.nearMissAlarms,
    bins,
  };
}

function pooled(parts: readonly RunPart[]): PooledRuns {
  return {
    days: sum(parts, part => part.days),
    labels: sum(parts, part => part.labels),
    delaysMinutes: parts.flatMap(part => part.delaysMinutes),
    rightAlarms: sum(parts, part => part.rightAlarms),
    falseAlarms: sum(parts, part => part.falseAlarms),
    ranking: rankingOfBins(parts.map(part => part.bins)),
  };
}

function figuresOf(parts: readonly RunPart[]): Figures {
  const runs = pooled(parts);
  return byId(metrics, metric => metric.of(runs));
}

function intervalsOf(parts: readonly RunPart[], name: string): Readonly<Record<BoundId, number | null>> {
  const drawn = Array.from({ length: resamples }, (_, round) =>
    figuresOf(
      parts.flatMap(
        (_part, index) => parts[Math.floor(drawOf(round, `bootstrap/${name}/${index}`) * parts.length)] ?? [],
      ),
    ),
  );
  return byId(bounds, ({ metric, quantile: share }) => {
    const values = drawn.flatMap(figures => figures[metric] ?? []);
    return values.length === 0 ? null : quantile(values, share);
  });
}

/** The labels of a row: `keys` undefined for all. */
type RowGroup = LabelGroup & { readonly keys: ReadonlySet<string> | undefined };

/** All labels, then by intensity, easiest first, if there are several variants, then by variant and intensity. */
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
    ...sorted.map(group => ({ ...group, keys: new Set([groupKey(group)]) })),
  ];
}

function unique<Item>(items: readonly Item[]): readonly Item[] {
  return [...new Set(items)];
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
