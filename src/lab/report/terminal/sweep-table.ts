import type { SweepPoint } from '../../evaluation/sweep-points.ts';
import { formatFigure } from '../result-columns.ts';
import { axisOf, detectorsOf, formatSeen, pointAt, strengthsOf, variantsOf } from '../sweep-columns.ts';
import { formatTable } from './table.ts';
import { wrapText } from './wrap-text.ts';

/** Narrower, the column of roles is left out. */
const roomForRoles = 92;

/**
 * For each anomaly the recall by strength, a row a detector and a column a strength, and from which strength on a detector sees each variant; then the
 * median delay [min], and what a detector sees of each variant.
 *
 * @param width of the terminal [characters]; default 100
 */
export function sweepTable(points: readonly SweepPoint[], width = 100): string {
  const anomalies = [...new Set(points.map(({ anomaly }) => anomaly))];
  const legend =
    'sees: the weakest strength at which, and above which, at least half of the labels of the variant are found; for all variants together, of each variant.';
  return [
    ...anomalies.map(anomaly =>
      tablesOf(
        anomaly,
        points.filter(point => point.anomaly === anomaly),
        width,
      ),
    ),
    wrapText(legend, width, '  '),
  ].join('\n\n');
}

function tablesOf(anomaly: string, points: readonly SweepPoint[], width: number): string {
  const strengths = strengthsOf(points);
  const byDetector = detectorsOf(points).map(detector => points.filter(point => point.detector === detector));
  const hasRoles = width >= roomForRoles;
  const table = (heads: readonly string[], cells: (own: readonly SweepPoint[]) => readonly string[], last?: string[]) =>
    formatTable(
      ['detector', ...(hasRoles ? ['role'] : []), ...heads],
      [
        ...byDetector.map(own => [own[0]?.detector ?? '', ...(hasRoles ? [own[0]?.role ?? ''] : []), ...cells(own)]),
        ...(last === undefined ? [] : [['labels', ...(hasRoles ? [''] : []), ...last]]),
      ],
      { width, elastic: 'first', rightFrom: hasRoles ? 2 : 1 },
    );
  const figures = (own: readonly SweepPoint[], figure: (point: SweepPoint | undefined) => string) =>
    strengths.map(strength => figure(pointAt(own, strength)));
  const labels = strengths.map(strength => String(pointAt(byDetector[0] ?? [], strength)?.labels ?? 0));
  const variants = variantsOf(points);
  const axis = axisOf(anomaly);
  return [
    `${anomaly}: recall by strength (${axis})`,
    table(
      ['sees', ...strengths.map(String)],
      own => [formatSeen(own), ...figures(own, point => formatFigure(point?.recall, 2))],
      ['', ...labels],
    ),
    '',
    `${anomaly}: median delay [min] by strength (${axis})`,
    table(strengths.map(String), own => figures(own, point => formatFigure(point?.delayMinutesMedian, 0))),
    ...(variants.length === 0
      ? []
      : [
          '',
          `${anomaly}: sees, by variant (${axis})`,
          table(variants, own => variants.map(variant => formatSeen(own.filter(point => point.variant === variant)))),
        ]),
  ].join('\n');
}
