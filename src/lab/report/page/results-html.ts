import { pluralize } from '../../../base/words.ts';
import { type AnyMetric, mainMetrics } from '../../evaluation/metrics.ts';
import type { Comparison, ResultRow } from '../../evaluation/result-rows.ts';
import {
  formatFigure,
  isBest,
  isOverall,
  rankedOverall,
  recallOf,
  rivalsIn,
  statedIntensities,
} from '../result-columns.ts';
import { type Html, html, nothing } from './html.ts';

/** All detectors of one anomaly over all labels, the best of each column marked. @param rows of the anomaly */
export function overallTable(rows: readonly ResultRow[], comparisons: readonly Comparison[] = []): Html {
  const ranked = rankedOverall(rows);
  const intensities = statedIntensities(rows);
  const columns = [
    { heading: 'found', explanation: 'labels found' },
    { heading: 'visible', explanation: 'labels that could be seen at all' },
    ...intensities.map(intensity => ({ heading: intensity, explanation: `recall of ${intensity} labels` })),
    ...mainMetrics,
    { heading: 'near misses', explanation: 'false alarms that fell for a near miss' },
  ];
  return html`<p class="hint">All detectors over all labels of the test. ★ best of its column among ${rivalsIn(ranked)}. Click a heading to sort.</p>
<div class="scroll"><table class="sortable results">
<thead><tr><th>detector</th><th>role</th>${columns.map(headingCell)}</tr></thead>
<tbody>${ranked.map(
    row =>
      html`<tr class="${row.role}"><th>${row.detector}</th><td>${row.role}</td>${cell(
        `${row.detected}/${row.labels}`,
        row.detected,
      )}${cell(String(row.visible), row.visible)}${intensities.map(intensity => {
        const recall = recallOf(intensity, row.detector, rows);
        return cell(formatFigure(recall, 2), recall);
      })}${mainMetrics.map(metric => figureCell(metric, row, ranked, comparisons))}${cell(String(row.nearMissAlarms), row.nearMissAlarms)}</tr>`,
  )}</tbody></table></div>
<details><summary>What the columns mean</summary><dl class="columns">${columns.map(
    ({ heading, explanation }) => html`<dt>${heading}</dt><dd>${explanation}</dd>`,
  )}</dl></details>`;
}

/** Every detector for every variant and intensity of one anomaly. @param rows of the anomaly */
export function groupTable(rows: readonly ResultRow[]): Html {
  // Labels from elsewhere have neither variant nor intensity.
  const groups = rows.filter(row => !isOverall(row) && row.variant !== '');
  if (groups.length === 0) return nothing;
  return html`<details><summary>By variant and intensity (${pluralize(groups.length, 'row')})</summary>
<p class="hint">All kinds of label share the false alarms: compare precision within a kind, not between kinds.</p>
<div class="scroll"><table class="sortable results">
<thead><tr><th>variant</th><th>intensity</th><th>detector</th><th>role</th><th class="n">found</th><th class="n">visible</th>${mainMetrics.map(headingCell)}</tr></thead>
<tbody>${groups.map(
    row =>
      html`<tr class="${row.role}"><th>${row.variant}</th><td>${row.intensity}</td><td>${row.detector}</td><td>${row.role}</td>${cell(
        `${row.detected}/${row.labels}`,
        row.detected,
      )}${cell(String(row.visible), row.visible)}${mainMetrics.map(metric => figureCell(metric, row, []))}</tr>`,
  )}</tbody></table></div></details>`;
}

function headingCell({ heading, explanation }: Pick<AnyMetric, 'heading' | 'explanation'>): Html {
  return html`<th class="n" title="${explanation}">${heading}</th>`;
}

/** The figure with its interval, if several seeds were run. */
function figureCell(
  metric: AnyMetric,
  row: ResultRow,
  rivals: readonly ResultRow[],
  comparisons: readonly Comparison[] = [],
): Html {
  const { id, digits } = metric;
  const low = row[`${id}Low`];
  const high = row[`${id}High`];
  const interval =
    typeof low === 'number' && typeof high === 'number'
      ? html` <small>${low.toFixed(digits)}–${high.toFixed(digits)}</small>`
      : nothing;
  const isWinner = rivals.length > 0 && isBest(metric, row, rivals, comparisons);
  const text = formatFigure(row[id], digits);
  const isPlain = !isWinner && interval === nothing;
  return html`<td class="n${isWinner ? ' best' : ''}"${sortKey(row[id], isPlain ? text : '')}>${isWinner ? '★ ' : ''}${text}${interval}</td>`;
}

function cell(text: string, figure: number | null): Html {
  return html`<td class="n"${sortKey(figure, text)}>${text}</td>`;
}

/** What a cell is sorted by, where its text is no number. A missing figure comes last. */
function sortKey(figure: number | null, text: string): Html {
  if (figure !== null && text !== '' && Number.isFinite(Number(text))) return nothing;
  return html` data-sort="${figure === null ? '' : String(Number(figure.toPrecision(4)))}"`;
}
