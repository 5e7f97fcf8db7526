import { formatDuration } from '../../base/format-time.ts';
import { groupBy } from '../../base/group-by.ts';
import { allVariants, type SweepPoint } from '../evaluation/sweep-points.ts';
import {
  axisOf,
  byDetector,
  formatSeen,
  mostFoundBaseline,
  pointAt,
  strengthsOf,
  variantsOf,
} from './sweep-columns.ts';

/**
 * A sweep in Markdown, for documents: a table an anomaly, with recall and median delay of the learner, the best baseline, references and programs of
 * others, over all variants and for each.
 */
export function sweepMarkdown(points: readonly SweepPoint[]): string {
  const tables = [...groupBy(points, ({ anomaly }) => anomaly)].map(([anomaly, own]) => tableOf(anomaly, own));
  return `${tables.join('\n\n')}\n`;
}

function tableOf(anomaly: string, points: readonly SweepPoint[]): string {
  const strengths = strengthsOf(points);
  const best = mostFoundBaseline(points);
  const shown = byDetector(points.filter(({ role, detector }) => role !== 'baseline' || detector === best));
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rows = [allVariants, ...variantsOf(points)].flatMap(variant => {
    const labels = strengths.map(strength => String(pointAt(points, strength, variant)?.labels ?? 0));
    return [
      ...shown.map((own, index) => {
        const figures = strengths.map(strength => figureOf(pointAt(own, strength, variant)));
        return row([index === 0 ? variant : '', own[0].detector, formatSeen(own, variant), ...figures]);
      }),
      row(['', 'labels', '', ...labels]),
    ];
  });
  return [
    `${anomaly}, recall and median delay by strength (${axisOf(anomaly)}):`,
    '',
    row(['variant', 'detector', 'sees', ...strengths.map(String)]),
    row(['---', '---', ...['sees', ...strengths].map(() => '--:')]),
    ...rows,
  ].join('\n');
}

function figureOf(point: SweepPoint | undefined): string {
  if (point === undefined) return '-';
  const delay = point.delayMinutesMedian === null ? '' : `, ${formatDuration(point.delayMinutesMedian)}`;
  return `${point.recall.toFixed(2)}${delay}`;
}
