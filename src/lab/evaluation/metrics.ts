import { mean, median } from 'simple-statistics';
import type { Ranking } from '../detectors/ranking.ts';
import type { SeriesFigures } from './series-figures.ts';
import { f1Of } from './series-metrics/range-based.ts';

/** What pooled runs add up to, for one group of labels; the metrics are computed from it. */
export type PooledRuns = {
  readonly days: number;
  readonly labels: number;
  /** Of each label found, the delay until its first right alarm [min]. */
  readonly delaysMinutes: readonly number[];
  readonly rightAlarms: number;
  readonly falseAlarms: number;
  readonly ranking: Ranking;
  /** Of each run, what other benchmarks measure; only where all labels are meant. */
  readonly series: readonly SeriesFigures[];
};

/** A figure of a result row. */
export type Metric = {
  /** Column of `results.csv` and key in `results.json`; with `Low` and `High` appended, its 95 % interval. */
  readonly id: string;
  /** Heading in tables. */
  readonly heading: string;
  /** Explanation of the heading in a report. */
  readonly explanation: string;
  /** Decimals in tables. */
  readonly digits: number;
  readonly better: 'higher' | 'lower';
  /** Whether the terminal's table has a column for it; recall is shown there as labels found. */
  readonly inTerminal: boolean;
  /** True for what other benchmarks measure: it is in the results' files, but in no table. */
  readonly isFurther?: true;
  /** Whether the accuracy gate limits it. `unless-null`: a null, where there was a figure, is no shortfall. */
  readonly gate: 'no' | 'yes' | 'unless-null';
  /** Null where the figure has no meaning. */
  readonly of: (pooled: PooledRuns) => number | null;
};

/** Every metric, in the order of columns. To add one, add an entry here, and its line to docs/formats.md. */
export const metrics = [
  {
    id: 'recall',
    heading: 'recall',
    explanation: 'share of the labels that were found',
    digits: 2,
    better: 'higher',
    inTerminal: false,
    gate: 'yes',
    of: recallOf,
  },
  {
    id: 'precision',
    heading: 'prec.',
    explanation: 'share of the alarms that were right',
    // Null where nothing alarms: recall shows that where there are labels, and it is right where there are none.
    digits: 2,
    better: 'higher',
    inTerminal: true,
    gate: 'unless-null',
    of: precisionOf,
  },
  {
    id: 'f1',
    heading: 'F1',
    explanation: 'harmonic mean of recall and precision',
    digits: 2,
    better: 'higher',
    inTerminal: true,
    gate: 'no',
    of: pooled => f1Of(precisionOf(pooled), recallOf(pooled)),
  },
  {
    id: 'falseAlarmsPerDay',
    heading: 'false/day',
    explanation: 'alarms a day that were right about nothing',
    digits: 2,
    better: 'lower',
    inTerminal: true,
    gate: 'yes',
    of: ({ days, falseAlarms }) => (days === 0 ? null : falseAlarms / days),
  },
  {
    id: 'delayMinutesMedian',
    heading: 'delay',
    explanation: 'median over the labels found, from their start to the alarm, in minutes',
    digits: 0,
    better: 'lower',
    inTerminal: true,
    gate: 'no',
    of: ({ delaysMinutes }) => (delaysMinutes.length === 0 ? null : median([...delaysMinutes])),
  },
  {
    id: 'averagePrecision',
    heading: 'AP',
    explanation: 'average precision: how well the scores rank, at any threshold',
    digits: 2,
    better: 'higher',
    inTerminal: true,
    gate: 'yes',
    of: ({ ranking }) => ranking.averagePrecision,
  },
  {
    id: 'rocAuc',
    heading: 'ROC',
    explanation: 'area under the ROC curve; chance gives 0.50',
    digits: 2,
    better: 'higher',
    inTerminal: false,
    gate: 'no',
    of: ({ ranking }) => ranking.rocAuc,
  },
  further(
    'vusPr',
    'VUS-PR',
    'volume under the precision-recall surface, with buffers of up to an hour; chance gives the share of anomalous windows',
  ),
  further('vusRoc', 'VUS-ROC', 'volume under the ROC surface, with buffers of up to an hour; chance gives about 0.5'),
  further(
    'affiliationPrecision',
    'aff. precision',
    'affiliation precision: how near alarms are to the anomaly; chance gives about 0.5',
  ),
  further(
    'affiliationRecall',
    'aff. recall',
    'affiliation recall: how near anomalies are to the alarms; many random alarms get nearly 1',
  ),
  further(
    'rangeF1',
    'range F1',
    'range-based F1, with a weight of 0.2 for finding an anomaly at all; falls where an alarm is in fragments',
  ),
  further(
    'nab',
    'NAB',
    'score of the Numenta Anomaly Benchmark, standard profile: 0 without alarms, 100 for perfect ones',
    1,
  ),
  further(
    'precisionAt5',
    'P@5/day',
    'of the 5 users or products with the highest scores of a day, the share that are anomalous; of as many as a day has, if fewer',
  ),
] as const satisfies readonly Metric[];

/** Those of the tables and comparisons: all but what other benchmarks measure. */
export const mainMetrics = metrics.filter(metric => !('isFurther' in metric));

/** One of the metrics. */
export type AnyMetric = (typeof metrics)[number];

/** The id of a metric. */
export type MetricId = AnyMetric['id'];

/** The bounds of each metric's 95 % interval, in order. */
export const bounds = metrics.flatMap(({ id }) => [
  { id: `${id}Low`, metric: id, side: 'low' } as const,
  { id: `${id}High`, metric: id, side: 'high' } as const,
]);

/** The id of a bound: `recallLow`. */
export type BoundId = (typeof bounds)[number]['id'];

/** The metrics that the accuracy gate limits: those that must not fall, then those that must not rise. */
export const gatedMetrics = [...metrics]
  .filter(isGated)
  .sort((a, b) => Number(a.better === 'lower') - Number(b.better === 'lower'));

/** The id of a metric that the gate limits. */
export type GatedMetricId = (typeof gatedMetrics)[number]['id'];

/** What other benchmarks measure: the mean over the runs in which the figure has a meaning. */
function further<const Id extends keyof SeriesFigures>(id: Id, heading: string, explanation: string, digits = 2) {
  const of = ({ series }: PooledRuns) => {
    const figures = series.flatMap(run => run[id] ?? []);
    return figures.length === 0 ? null : mean(figures);
  };
  const about = { id, heading, explanation, digits, better: 'higher', gate: 'no' } as const;
  return { ...about, inTerminal: false, isFurther: true, of } as const;
}

function isGated(metric: AnyMetric): metric is Exclude<AnyMetric, { readonly gate: 'no' }> {
  return metric.gate !== 'no';
}

function recallOf({ labels, delaysMinutes }: PooledRuns): number | null {
  return labels === 0 ? null : delaysMinutes.length / labels;
}

function precisionOf({ labels, rightAlarms, falseAlarms }: PooledRuns): number | null {
  const alarms = rightAlarms + falseAlarms;
  return labels === 0 || alarms === 0 ? null : rightAlarms / alarms;
}

/** A value for each of some metrics or bounds, by id, in their order. */
export function byId<Entry extends { readonly id: string }, Value>(
  entries: readonly Entry[],
  of: (entry: Entry) => Value,
): Readonly<Record<Entry['id'], Value>> {
  // The type of Object.fromEntries does not keep the keys.
  return Object.fromEntries(entries.map(entry => [entry.id, of(entry)])) as Record<Entry['id'], Value>;
}
