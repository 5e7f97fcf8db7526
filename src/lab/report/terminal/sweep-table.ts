import { groupBy } from '../../../base/group-by.ts';
import type { SweepPoint } from '../../evaluation/sweep-points.ts';
import { formatFigure } from '../result-columns.ts';
import { axisOf, byDetector, formatSeen, pointAt, strengthsOf, variantsOf } from '../sweep-columns.ts';
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
  const legend =
    'sees: the weakest strength at which, and above which, at least half of the labels of the variant are found; for all variants together, of each variant.';
  return [
    ...[...groupBy(points, ({ anomaly }) => anomaly)].map(([anomaly, own]) => tablesOf(anomaly, own, width)),
    wrapText(legend, width, '  '),
  ].join('\n\n');
}

function tablesOf(anomaly: string, points: readonly SweepPoint[], width: number): string {
  const strengths = strengthsOf(points);
  const hasRoles = width >= roomForRoles;
  const line = (detector: string, role: string, cells: readonly string[]) =>
    hasRoles ? [detector, role, ...cells] : [detector, ...cells];
  const table = (heads: readonly string[], cells: (own: readonly SweepPoint[]) => readonly string[], last?: string[]) =>
    formatTable(
      line('detector', 'role', heads),
      [
        ...byDetector(points).map(own => line(own[0].detector, own[0].role, cells(own))),
        ...(last === undefined ? [] : [line('labels', '', last)]),
      ],
      { width, elastic: 'first', rightFrom: hasRoles ? 2 : 1 },
    );
  const figures = (own: readonly SweepPoint[], figure: (point: SweepPoint | undefined) => string) =>
    strengths.map(strength => figure(pointAt(own, strength)));
  const labels = strengths.map(strength => String(pointAt(points, strength)?.labels ?? 0));
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
          table(variants, own => variants.map(variant => formatSeen(own, variant))),
        ]),
  ].join('\n');
}
