import { pluralize } from '../../../base/words.ts';
import { type AnyMetric, metrics } from '../../evaluation/metrics.ts';
import type { ResultRow } from '../../evaluation/result-rows.ts';
import type { Results } from '../../evaluation/results-file.ts';
import { formatFigure, isOverall, rankedOverall } from '../result-columns.ts';
import { type Html, html, nothing } from './html.ts';
import { footerOfResults, pageHtml } from './page-html.ts';

type Named = { readonly name: string; readonly results: Results };

/** What is compared, in the order of the columns. */
const compared = metrics.filter(({ id }) =>
  ['recall', 'precision', 'falseAlarmsPerDay', 'delayMinutesMedian', 'averagePrecision'].includes(id),
);

/** Two results side by side: what became better or worse, and whether the intervals over runs are apart. */
export function comparisonHtml(before: Named, after: Named): string {
  const anomalies = [...new Set(after.results.rows.map(({ anomaly }) => anomaly))];
  const gone = new Set(
    before.results.rows.map(({ anomaly }) => anomaly).filter(anomaly => !anomalies.includes(anomaly)),
  );
  return pageHtml({
    footer: footerOfResults,
    title: `${before.name} and ${after.name}`,
    heading: 'Two results',
    about: `before: ${before.name}, ${runsOf(before)}; after: ${after.name}, ${runsOf(after)}`,
    parts: [
      {
        id: 'story',
        title: 'overview',
        content: html`<p class="hint">Each cell: ${before.name} → ${after.name}. ▲ better and ▼ worse mean that the 95 % intervals over runs do not overlap; △ and ▽ that they do, or that there are none. Delays are medians in minutes.</p>
${anomalies.map(anomaly => anomalyCard(anomaly, before, after))}${gone.size === 0 ? nothing : html`<p class="hint">Only in ${before.name}: ${[...gone].join(', ')}.</p>`}`,
      },
      {
        id: 'reproduce',
        title: 'how to reproduce',
        content: html`<div class="card"><h2>How to reproduce</h2>${[before, after].map(
          ({ name, results }) =>
            html`<p>${name}, cqshop ${results.version}:</p><pre><code>${results.command}</code></pre>`,
        )}</div>`,
      },
    ],
  });
}

function runsOf({ results }: Named): string {
  return pluralize(Math.max(0, ...results.rows.map(({ seeds }) => seeds)), 'run');
}

function anomalyCard(anomaly: string, before: Named, after: Named): Html {
  const rows = rankedOverall(after.results.rows.filter(row => row.anomaly === anomaly && row.role !== 'control'));
  const old = before.results.rows.filter(row => row.anomaly === anomaly && isOverall(row));
  const gone = old.filter(({ role, detector }) => role !== 'control' && !rows.some(row => row.detector === detector));
  return html`<div class="card"><h2>${anomaly}</h2>
<div class="scroll"><table class="sortable compared"><thead><tr><th>detector</th>${compared.map(
    ({ heading, explanation }) => html`<th title="${explanation}">${heading}</th>`,
  )}</tr></thead><tbody>${rows.map(row => {
    const earlier = old.find(({ detector }) => detector === row.detector);
    return html`<tr class="${row.role}"><th>${row.detector} <small>${row.role}</small></th>${compared.map(
      metric => html`<td data-name="${metric.heading}">${change(metric, earlier, row)}</td>`,
    )}</tr>`;
  })}</tbody></table></div>
${gone.length === 0 ? nothing : html`<p class="hint">Only in ${before.name}: ${gone.map(({ detector }) => detector).join(', ')}.</p>`}</div>`;
}

function change(metric: AnyMetric, before: ResultRow | undefined, after: ResultRow): Html {
  const [old, now] = [before?.[metric.id] ?? null, after[metric.id]];
  const shown = formatFigure(now, metric.digits);
  if (before === undefined) return html`${shown} <small>new</small>`;
  const from = formatFigure(old, metric.digits);
  if (old === null || now === null || from === shown) return html`${from} → ${shown}`;
  const isBetter = metric.better === 'higher' ? now > old : now < old;
  const isClear = areApart(metric, before, after);
  const mark = isBetter ? (isClear ? '▲' : '△') : isClear ? '▼' : '▽';
  const words = `${isBetter ? 'better' : 'worse'}${isClear ? ', beyond the intervals' : ''}`;
  return html`${from} → ${shown} <span class="verdict ${isClear ? (isBetter ? 'right' : 'wrong') : 'open'}" title="${words}">${mark}</span>`;
}

/** Whether the intervals of two rows do not overlap; false where one has none. */
function areApart({ id }: AnyMetric, one: ResultRow, other: ResultRow): boolean {
  const [low, high, from, to] = [one[`${id}Low`], one[`${id}High`], other[`${id}Low`], other[`${id}High`]];
  if (low == null || high == null || from == null || to == null) return false;
  return high < from || to < low;
}
