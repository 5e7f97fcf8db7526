import { formatDuration } from '../../base/format-time.ts';
import type { SweepPoint } from '../evaluation/sweep-points.ts';
import {
  axisOf,
  detectorsOf,
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
  const anomalies = [...new Set(points.map(({ anomaly }) => anomaly))];
  return `${anomalies.map(anomaly => tableOf(points.filter(point => point.anomaly === anomaly))).join('\n\n')}\n`;
}

function tableOf(points: readonly SweepPoint[]): string {
  const anomaly = points[0]?.anomaly ?? '';
  const strengths = strengthsOf(points);
  const best = mostFoundBaseline(points);
  const shown = detectorsOf(points.filter(({ role, detector }) => role !== 'baseline' || detector === best));
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rows = ['all', ...variantsOf(points)].flatMap(variant => {
    const own = points.filter(point => variant === 'all' || point.variant === variant);
    const labels = strengths.map(strength => String(pointAt(own, strength, variant)?.labels ?? 0));
    return [
      ...shown.map((detector, index) => {
        const its = own.filter(point => point.detector === detector);
        const figures = strengths.map(strength => figureOf(pointAt(its, strength, variant)));
        return row([index === 0 ? variant : '', detector, formatSeen(its), ...figures]);
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
