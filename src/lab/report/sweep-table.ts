import { isEntityAnomaly } from '../evaluation/matching.ts';
import type { SweepPoint } from '../evaluation/sweep-points.ts';
import { formatFigure } from './result-columns.ts';
import { formatTable } from './table.ts';
import { wrapText } from './wrap-text.ts';

/** A detector sees what it finds at least this share of. */
const seen = 0.5;
/** Narrower, the column of roles is left out. */
const roomForRoles = 92;

/**
 * For each anomaly the recall by strength, a row a detector and a column a strength, and from which strength on a detector sees at least one half; then
 * the median delay [min].
 *
 * @param width of the terminal [characters]; default 100
 */
export function sweepTable(points: readonly SweepPoint[], width = 100): string {
  return [...new Set(points.map(({ anomaly }) => anomaly))]
    .map(anomaly =>
      tablesOf(
        anomaly,
        points.filter(point => point.anomaly === anomaly),
        width,
      ),
    )
    .join('\n\n');
}

function tablesOf(anomaly: string, points: readonly SweepPoint[], width: number): string {
  const strengths = [...new Set(points.map(({ strength }) => strength))].sort((a, b) => a - b);
  const detectors = [...new Set(points.map(({ detector }) => detector))];
  const byDetector = detectors.map(detector => points.filter(point => point.detector === detector));
  const hasRoles = width >= roomForRoles;
  const table = (figure: (point: SweepPoint | undefined) => string, more: readonly (readonly string[])[]) =>
    formatTable(
      ['detector', ...(hasRoles ? ['role'] : []), 'sees', ...strengths.map(String)],
      [
        ...byDetector.map(own => [
          own[0]?.detector ?? '',
          ...(hasRoles ? [own[0]?.role ?? ''] : []),
          String(seenFrom(own) ?? '-'),
          ...strengths.map(strength => figure(own.find(point => point.strength === strength))),
        ]),
        ...more.map(([head = '', ...cells]) => [head, ...(hasRoles ? [''] : []), '', ...cells]),
      ],
      { width, elastic: 'first', rightFrom: hasRoles ? 2 : 1 },
    );
  const labels = strengths.map(strength => String(byDetector[0]?.find(one => one.strength === strength)?.labels ?? 0));
  const axis = isEntityAnomaly(anomaly) ? 'size, 1 is that of subtle' : 'z';
  return [
    `${anomaly}: recall by strength (${axis})`,
    table(point => formatFigure(point?.recall, 2), [['labels', ...labels]]),
    '',
    `${anomaly}: median delay [min] by strength`,
    table(point => formatFigure(point?.delayMinutesMedian, 0), []),
    '',
    wrapText('sees: the weakest strength from which on at least half of the labels are found.', width, '  '),
  ].join('\n');
}

/** The weakest strength from which on recall stays at one half or more; undefined where the strongest are not seen. */
function seenFrom(points: readonly SweepPoint[]): number | undefined {
  const sorted = [...points].sort((a, b) => b.strength - a.strength);
  const unseen = sorted.findIndex(({ recall }) => recall < seen);
  return sorted[(unseen === -1 ? sorted.length : unseen) - 1]?.strength;
}
