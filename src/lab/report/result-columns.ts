import type { ResultRow } from '../evaluation/result-rows.ts';

type Figure =
  | 'recall'
  | 'precision'
  | 'f1'
  | 'falseAlarmsPerDay'
  | 'delayMinutesMedian'
  | 'averagePrecision'
  | 'rocAuc';

/** How a figure of a result row is shown. */
export type FigureColumn = {
  readonly figure: Figure;
  readonly head: string;
  readonly digits: number;
  readonly better: 'higher' | 'lower';
};

/** The figures of a table of results, in order. */
export const figureColumns: Readonly<Record<Figure, FigureColumn>> = {
  recall: { figure: 'recall', head: 'recall', digits: 2, better: 'higher' },
  precision: { figure: 'precision', head: 'precision', digits: 2, better: 'higher' },
  f1: { figure: 'f1', head: 'F1', digits: 2, better: 'higher' },
  falseAlarmsPerDay: { figure: 'falseAlarmsPerDay', head: 'false/day', digits: 2, better: 'lower' },
  delayMinutesMedian: { figure: 'delayMinutesMedian', head: 'delay min', digits: 0, better: 'lower' },
  averagePrecision: { figure: 'averagePrecision', head: 'AP', digits: 2, better: 'higher' },
  rocAuc: { figure: 'rocAuc', head: 'ROC', digits: 2, better: 'higher' },
};

/** The intensities, easiest first. */
export const intensities = ['blatant', 'moderate', 'subtle'] as const;

/** True for a detector's row over all labels. */
export function isOverall({ variant, intensity }: Pick<ResultRow, 'variant' | 'intensity'>): boolean {
  return variant === 'all' && intensity === 'all';
}

/** The baseline with the highest average precision, then F1. */
export function bestBaseline(rows: readonly ResultRow[], anomaly: string): ResultRow | undefined {
  return rows
    .filter(row => row.anomaly === anomaly && row.role === 'baseline' && isOverall(row))
    .sort((a, b) => (b.averagePrecision ?? -1) - (a.averagePrecision ?? -1) || (b.f1 ?? -1) - (a.f1 ?? -1))[0];
}

const roleOrder = ['learner', 'baseline', 'control'];

/** The overall rows of one anomaly: learner, baselines, controls; the better average precision, then F1, first. */
export function rankedOverall(rows: readonly ResultRow[], anomaly: string): readonly ResultRow[] {
  return rows
    .filter(row => row.anomaly === anomaly && isOverall(row))
    .sort(
      (a, b) =>
        roleOrder.indexOf(a.role) - roleOrder.indexOf(b.role) ||
        (b.averagePrecision ?? -1) - (a.averagePrecision ?? -1) ||
        (b.f1 ?? -1) - (a.f1 ?? -1),
    );
}

/**
 * Whether a row has the best figure of its column among `rows`. Controls never win; a detector that found nothing wins neither by raising no
 * false alarm nor by having no delay. Nobody wins where there is nobody to compare with, or where the best is nothing.
 */
export function isBest(column: FigureColumn, row: ResultRow, rows: readonly ResultRow[]): boolean {
  const merit = meritOf(column, row);
  if (merit === null || rows.filter(({ role }) => role !== 'control').length < 2) return false;
  return rows.every(other => (meritOf(column, other) ?? Number.NEGATIVE_INFINITY) <= merit);
}

function meritOf({ figure, better }: FigureColumn, row: ResultRow): number | null {
  const value = row[figure];
  if (row.role === 'control' || value === null) return null;
  if (better === 'higher') return value > 0 ? value : null;
  return row.detected === 0 ? null : -value;
}

/** True for a row of one kind of label: a variant in an intensity. */
export function isSingleKind({ variant, intensity }: Pick<ResultRow, 'variant' | 'intensity'>): boolean {
  return variant !== 'all' && intensity !== 'all';
}

/** Recall of a detector for one intensity over all variants; null where there is no such label. */
export function recallOf(intensity: string, row: ResultRow, rows: readonly ResultRow[]): number | null {
  const kinds = rows.filter(
    kind =>
      kind.anomaly === row.anomaly &&
      kind.detector === row.detector &&
      kind.intensity === intensity &&
      isSingleKind(kind),
  );
  const labels = kinds.reduce((sum, kind) => sum + kind.labels, 0);
  return labels === 0 ? null : kinds.reduce((sum, kind) => sum + kind.detected, 0) / labels;
}

/** A figure with so many decimals; '-' where it has no meaning. */
export function formatFigure(value: number | null | undefined, digits: number): string {
  return value === null || value === undefined ? '-' : value.toFixed(digits);
}

/** Two figures with two decimals, or as many as it takes to tell them apart, at most `mostDigits`, from 2 on; two if that does not help. */
export function twoFigures(one: number, other: number, mostDigits: number): readonly [string, string] {
  const tried = Array.from({ length: mostDigits - 1 }, (_, index) => index + 2);
  const digits = tried.find(count => one.toFixed(count) !== other.toFixed(count)) ?? 2;
  return [one.toFixed(digits), other.toFixed(digits)];
}
