import { sum } from '../../base/sum.ts';
import { intensities } from '../../data/dataset/anomaly-facts.ts';
import { detectorRoles } from '../detectors/detector.ts';
import type { AnyMetric } from '../evaluation/metrics.ts';
import type { Comparison, ResultRow } from '../evaluation/result-rows.ts';

/** True for a detector's row over all labels. */
export function isOverall({ variant, intensity }: Pick<ResultRow, 'variant' | 'intensity'>): boolean {
  return variant === 'all' && intensity === 'all';
}

/** The row over all labels that a reader asks for: the learner's or, where only external detections are scored, theirs. */
export function judgedRow(rows: readonly ResultRow[]): ResultRow | undefined {
  const overall = rows.filter(isOverall);
  return overall.find(({ role }) => role === 'learner') ?? overall.find(({ role }) => role === 'external');
}

/** How the learner compares with another detector on a metric, over all labels; undefined where they were not compared. */
export function overallComparison(
  comparisons: readonly Comparison[],
  { anomaly, detector }: ResultRow,
  metric: Comparison['metric'],
): Comparison | undefined {
  return comparisons.find(
    one => one.anomaly === anomaly && one.against === detector && one.metric === metric && isOverall(one),
  );
}

/** The baseline with the highest average precision, then F1. @param rows of one anomaly */
export function bestBaseline(rows: readonly ResultRow[]): ResultRow | undefined {
  return rankedOverall(rows).find(({ role }) => role === 'baseline');
}

/** The overall rows among those of one anomaly: learner, baselines, references, controls; the better average precision, then F1, first. */
export function rankedOverall(rows: readonly ResultRow[]): readonly ResultRow[] {
  return rows
    .filter(isOverall)
    .sort(
      (a, b) =>
        detectorRoles.indexOf(a.role) - detectorRoles.indexOf(b.role) ||
        (b.averagePrecision ?? -1) - (a.averagePrecision ?? -1) ||
        (b.f1 ?? -1) - (a.f1 ?? -1),
    );
}

/** Who is compared kind by kind: the learner, the best baseline, references, programs of others. @param rows of one anomaly */
export function comparedDetectors(rows: readonly ResultRow[]): readonly ResultRow[] {
  const best = bestBaseline(rows);
  return rankedOverall(rows).filter(
    ({ role, detector }) =>
      role === 'learner' || role === 'reference' || role === 'external' || detector === best?.detector,
  );
}

/**
 * Whether a row has the best figure of its column among `rows`, so that it also looks better than every other. A reference or a control is never
 * the best. A detector that found nothing is not the best for raising no false alarm or having no delay. No row is the best where it has no rival, or where
 * the best figure is 0. Where the learner was compared with the baselines over several runs, the best must be ahead outside the interval, too.
 */
export function isBest(
  metric: AnyMetric,
  row: ResultRow,
  rows: readonly ResultRow[],
  comparisons: readonly Comparison[],
): boolean {
  const merit = meritOf(metric, row);
  const rivals = rows.filter(other => other !== row && rivalNames.has(other.role));
  if (merit === null || rivals.length === 0) return false;
  const shown = formatFigure(row[metric.id], metric.digits);
  const isAhead = (other: ResultRow) => {
    const theirs = meritOf(metric, other);
    return theirs === null || (theirs < merit && formatFigure(other[metric.id], metric.digits) !== shown);
  };
  return rivals.every(other => isAhead(other) && isOutsideInterval(metric, row, other, comparisons));
}

function isOutsideInterval(
  { id }: AnyMetric,
  row: ResultRow,
  other: ResultRow,
  comparisons: readonly Comparison[],
): boolean {
  const found = comparisons.find(
    ({ anomaly, variant, intensity, metric, detector, against }) =>
      anomaly === row.anomaly &&
      variant === row.variant &&
      intensity === row.intensity &&
      metric === id &&
      [detector, against].sort().join() === [row.detector, other.detector].sort().join(),
  );
  if (found === undefined || found.verdict === 'open' || found.lead === null) return true;
  return found.verdict === (found.detector === row.detector ? 'ahead' : 'behind');
}

/** What is compared, by role. References and controls show what could be. */
const rivalNames = new Map<ResultRow['role'], string>([
  ['learner', 'learner'],
  ['baseline', 'baselines'],
  ['external', 'external detectors'],
]);

/** Among whom the best of a column is marked: "learner and baselines". */
export function rivalsIn(rows: readonly ResultRow[]): string {
  const names = [...rivalNames].flatMap(([role, name]) => (rows.some(row => row.role === role) ? [name] : []));
  return names.join(', ').replace(/, ([^,]*)$/, ' and $1');
}

function meritOf({ id, better }: AnyMetric, row: ResultRow): number | null {
  const value = row[id];
  if (!rivalNames.has(row.role) || value === null) return null;
  if (better === 'higher') return value > 0 ? value : null;
  return row.detected === 0 ? null : -value;
}

/** True for a row of one kind of label: a variant in an intensity. */
export function isSingleKind({ variant, intensity }: Pick<ResultRow, 'variant' | 'intensity'>): boolean {
  return variant !== 'all' && intensity !== 'all';
}

/** Recall of a detector for one intensity over all variants; null where there is no such label. @param rows of one anomaly */
export function recallOf(intensity: string, detector: string, rows: readonly ResultRow[]): number | null {
  const kinds = rows.filter(kind => kind.detector === detector && kind.intensity === intensity && isSingleKind(kind));
  const labels = sum(kinds, kind => kind.labels);
  return labels === 0 ? null : sum(kinds, kind => kind.detected) / labels;
}

/** The intensities, or none where no label states one, as those of series. */
export function statedIntensities(rows: readonly ResultRow[]): readonly string[] {
  const isStated = intensities.some(intensity => rows.some(row => row.intensity === intensity && isSingleKind(row)));
  return isStated ? intensities : [];
}

/** A figure with so many decimals; '-' where it has no meaning. */
export function formatFigure(value: number | null | undefined, digits: number): string {
  return value === null || value === undefined ? '-' : value.toFixed(digits);
}

/** A row's false alarms in 22 days, the length of a run; '-' where they have no meaning. */
export function formatFalse({ falseAlarmsPerDay }: ResultRow, digits: number): string {
  return formatFigure(falseAlarmsPerDay === null ? null : 22 * falseAlarmsPerDay, digits);
}

/** Two figures with the fewest decimals, from 2 to `mostDigits` (default 4), with which they differ; with two if they never do. */
export function twoFigures(one: number, other: number, mostDigits = 4): readonly [string, string] {
  const tried = Array.from({ length: mostDigits - 1 }, (_, index) => index + 2);
  const digits = tried.find(count => one.toFixed(count) !== other.toFixed(count)) ?? 2;
  return [one.toFixed(digits), other.toFixed(digits)];
}
