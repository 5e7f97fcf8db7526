import { median, quantile } from 'simple-statistics';
import type { DetectorRole } from '../detectors/detector.ts';
import { drawOf } from '../detectors/draws.ts';
import { type Bins, binned, rankingOf } from './binned-ranking.ts';
import { groupKey, type LabelGroup, type RunOutcome } from './run-outcome.ts';

/** The figures of a row that get an interval when several seeds were run. */
export const intervalFigures = [
  'recall',
  'precision',
  'f1',
  'falseAlarmsPerDay',
  'delayMinutesMedian',
  'averagePrecision',
  'rocAuc',
] as const;

type Figure = (typeof intervalFigures)[number];
type Figures = Readonly<Record<Figure, number | null>>;

/** One row of `results.json`: a contract. `variant` or `intensity` is 'all' in a row over several of them. */
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
  } & Readonly<Partial<Record<`${Figure}Low` | `${Figure}High`, number | null>>>;

/** The detector of a row for an anomaly of which nobody's alarms or scores were there. */
export const noDetector = 'none';

/** How often the runs are drawn anew for an interval. */
const resamples = 500;

/**
 * Pools outcomes of several runs into result rows: for each anomaly and detector one row for all labels, one for each intensity
 * (if there are several variants), then one for each variant and intensity.
 *
 * Recall, delay, average precision and ROC area of a group look at the group's labels and positive units alone; units that are
 * positive for another group are left out. False alarms cannot be told apart by group, so all groups share them: a group's precision is its
 * right alarms over its right alarms plus *all* false alarms, and rises with the share of the labels that the group has. Compare
 * detectors by it within a group, not groups with each other.
 *
 * With several runs, intervals are 95 % percentile bootstrap intervals over runs, not over units. Null: a figure without a meaning
 * (precision without an alarm, recall, precision and F1 without a label, a ranking without scores).
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

/** What a run adds to a group's figures. */
type RunPart = {
  readonly days: number;
  readonly labels: number;
  readonly delays: readonly number[];
  readonly right: number;
  readonly falseAlarms: number;
  readonly nearMissAlarms: number;
  readonly bins: Bins;
};

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
    detected: sum(parts, part => part.delays.length),
    alarms: sum(parts, part => part.right + part.falseAlarms),
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
    delays: labels.flatMap(({ delayMinutes }) => (delayMinutes === null ? [] : [delayMinutes])),
    right: outcome.rightAlarms.filter(groups => keys === undefined || groups.some(key => keys.has(key))).length,
    falseAlarms: outcome.falseAlarms,
    nearMissAlarms: outcome.nearMissAlarms,
    bins,
  };
}

function figuresOf(parts: readonly RunPart[]): Figures {
  const labels = sum(parts, part => part.labels);
  const delays = parts.flatMap(part => part.delays);
  const right = sum(parts, part => part.right);
  const wrong = sum(parts, part => part.falseAlarms);
  const days = sum(parts, part => part.days);
  const recall = labels === 0 ? null : delays.length / labels;
  const precision = labels === 0 || right + wrong === 0 ? null : right / (right + wrong);
  return {
    recall,
    precision,
    f1: f1Of(recall, precision),
    falseAlarmsPerDay: days === 0 ? null : wrong / days,
    delayMinutesMedian: delays.length === 0 ? null : median([...delays]),
    ...rankingOf(parts.map(part => part.bins)),
  };
}

/** Harmonic mean; 0 when labels exist and none was found, null without labels. */
function f1Of(recall: number | null, precision: number | null): number | null {
  if (recall === null) return null;
  if (recall === 0 || precision === null || precision === 0) return 0;
  return (2 * recall * precision) / (recall + precision);
}

function intervalsOf(parts: readonly RunPart[], name: string): Readonly<Record<string, number | null>> {
  const drawn = Array.from({ length: resamples }, (_, round) =>
    figuresOf(
      parts.flatMap(
        (_part, index) => parts[Math.floor(drawOf(round, `bootstrap/${name}/${index}`) * parts.length)] ?? [],
      ),
    ),
  );
  const interval: Record<string, number | null> = {};
  for (const figure of intervalFigures) {
    const values = drawn.flatMap(figures => figures[figure] ?? []);
    interval[`${figure}Low`] = values.length === 0 ? null : quantile(values, 0.025);
    interval[`${figure}High`] = values.length === 0 ? null : quantile(values, 0.975);
  }
  return interval;
}

const intensities = ['blatant', 'moderate', 'subtle'];

/** The labels of a row: `keys` undefined for all. */
type RowGroup = LabelGroup & { readonly keys: ReadonlySet<string> | undefined };

/** All labels, then by intensity, easiest first, if there are several variants, then by variant and intensity. */
function groupsOf(outcomes: readonly RunOutcome[]): readonly RowGroup[] {
  const labels = outcomes.flatMap(outcome => outcome.labels);
  const single = new Map(
    labels.map(({ variant, intensity }) => [groupKey({ variant, intensity }), { variant, intensity }]),
  );
  const order = ({ variant, intensity }: LabelGroup) => `${variant} ${intensities.indexOf(intensity)} ${intensity}`;
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
