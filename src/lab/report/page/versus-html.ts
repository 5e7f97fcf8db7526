import { formatDuration } from '../../../base/format-time.ts';
import type { ResultRow } from '../../evaluation/result-rows.ts';
import { comparedDetectors, formatFigure } from '../result-columns.ts';
import { type Html, html, nothing } from './html.ts';
import { trackHtml } from './track-html.ts';

/** Days of a run that false alarms are given for. */
const daysOfRun = 22;

/** What its columns mean, where no pointer shows it. */
export const versusHint = html`<b>false</b>: false alarms in ${daysOfRun} days. <b>delay</b>: median over the anomalies found.`;

/** The learner beside the best baseline, and the reference and programs of others where there are any. @param rows of one anomaly */
export function versusHtml(rows: readonly ResultRow[]): Html {
  const shown = comparedDetectors(rows);
  return html`<table class="versus">
<thead><tr><th>detector</th><th class="n">found</th><th class="n" title="false alarms in ${daysOfRun} days">false</th><th class="n" title="median over the anomalies found">delay</th><th>average precision</th></tr></thead>
<tbody>${shown.map(
    row =>
      html`<tr class="${row.role}"><th>${row.detector}${
        row.role === 'learner' ? nothing : html` <small>${row.role === 'baseline' ? 'best baseline' : row.role}</small>`
      }</th><td class="n">${row.detected}/${row.labels}</td><td class="n">${
        row.falseAlarmsPerDay === null ? '-' : rounded(daysOfRun * row.falseAlarmsPerDay)
      }</td><td class="n">${row.delayMinutesMedian === null ? '-' : formatDuration(row.delayMinutesMedian)}</td><td>${figureOnTrack(row, shown)}</td></tr>`,
  )}</tbody></table>`;
}

function figureOnTrack(
  { averagePrecision, averagePrecisionLow, averagePrecisionHigh }: ResultRow,
  rows: readonly ResultRow[],
): Html {
  const others = rows.flatMap(row => (row.averagePrecision === averagePrecision ? [] : [row.averagePrecision]));
  // A third decimal where figures that differ would look the same.
  const isAlike = others.some(other => formatFigure(other, 2) === formatFigure(averagePrecision, 2));
  const text = formatFigure(averagePrecision, isAlike ? 3 : 2);
  return trackHtml(averagePrecision, averagePrecisionLow, averagePrecisionHigh, { text });
}

/** "0", "0.4", "2". */
function rounded(count: number): string {
  return String(Number(count.toFixed(1)));
}
