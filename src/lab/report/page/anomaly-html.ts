import { formatDuration } from '../../../base/format-time.ts';
import { pluralize, withDigits } from '../../../base/words.ts';
import type { ResultRow } from '../../evaluation/result-rows.ts';
import type { AnomalyReport } from '../report-data.ts';
import type { ChartOption } from './chart-theme.ts';
import type { ShownReport } from './fitting-page.ts';
import { type Html, html, nothing, scriptJson } from './html.ts';
import { digitsOf, incidentList } from './incident-html.ts';
import { labelTable } from './label-table.ts';
import { timelineId } from './part-ids.ts';
import { groupTable, overallTable } from './results-html.ts';
import { scoresOption } from './scores-option.ts';
import { timelineChannels, timelineOption } from './timeline-option.ts';
import { treeHtml } from './tree-html.ts';

/** Everything about one anomaly: the chart, the incidents, labels found and missed, results, the scores, a tree. @param rows of the anomaly */
export function anomalySection(report: ShownReport, rows: readonly ResultRow[]): Html {
  const { anomaly, learner, test, scores, tree } = report;
  return html`<div class="card">
<h2>${anomaly}</h2>
<p class="lead"><b>${learner.id}</b>: ${learner.description.replace(/\.$/, '')} (${learner.library}). Windows of ${formatDuration(learner.windowMinutes)};
an alarm needs a score above ${withDigits(learner.threshold.value, digitsOf(report))} (${learner.threshold.note}). ${test.seed === undefined ? '' : `The picture shows the test run of seed ${test.seed}.`}</p>
${timeline(report)}
</div>
<div class="card"><h3>Incidents</h3>
${incidentList(report)}
</div>
${
  report.labels.length + report.nearMisses.length === 0
    ? nothing
    : html`<div class="card"><h3>Labels${report.nearMisses.length === 0 ? '' : ' and near misses'}</h3>
${labelTable(report)}
</div>`
}
${
  rows.length === 0
    ? nothing
    : html`<div class="card"><h3>Results</h3>
${overallTable(rows)}
${groupTable(rows)}
</div>`
}
${
  scores === undefined
    ? nothing
    : html`<div class="card"><h3>Scores in the test run</h3>
${chart(scoresOption(scores, learner.threshold.value), 'histogram of scores of normal and anomalous units', { kind: 'scores' })}</div>`
}
${
  tree === undefined
    ? nothing
    : html`<div class="card"><details><summary>One of the trees</summary>
<p class="hint">Read from the top: each question sends a unit one way or the other. Counts are of training units that this tree saw. A unit's score is the mean over all trees.</p>
${treeHtml(tree)}</details></div>`
}`;
}

/** The zoomable chart with what controls it. */
function timeline(report: ShownReport): Html {
  const { anomaly, labels, nearMisses, alarms, series, isJudged = true } = report;
  const id = timelineId(anomaly);
  const channels = timelineChannels(report);
  const { option, height } = timelineOption(report);
  const zooms = [
    ['in', 'zoom in'],
    ['out', 'zoom out'],
    ['earlier', '← earlier'],
    ['later', 'later →'],
    ['all', series.unit === undefined ? 'whole run' : 'whole series'],
  ] as const;
  const label = `counts of messages and scores over time, with ${pluralize(labels.length, 'anomaly', 'anomalies')} and ${pluralize(alarms.length, 'alarm')}`;
  const hasForecast = channels.some(one => one.hasForecast);
  return html`<div class="controls"><label>${series.unit === undefined ? 'messages of' : 'channel'} <select data-chart="${id}">${channels.map(
    ({ name, hasForecast: has }, index) =>
      html`<option value="${index}">${name}${has ? ' (with forecast)' : ''}</option>`,
  )}</select></label> <span>${zooms.map(
    ([how, words]) => html`<button type="button" data-chart="${id}" data-zoom="${how}">${words}</button> `,
  )}</span></div>
${chart({ ...option, channels }, label, { kind: 'timeline', id, height })}
<p class="legend">
${labels.length === 0 ? nothing : labelKey(labels)}
${nearMisses.length === 0 ? nothing : html`<span><i class="key near-miss"></i> near miss, must not alarm</span>`}
<span><i class="mark right">▲</i>${isJudged ? 'right alarm' : 'alarm, when it was known'}</span> ${isJudged ? html`<span><i class="mark wrong">◇</i>false alarm</span>` : nothing}
${hasForecast ? html`<span><i class="key band"></i> forecast (dashed) and its band</span> <span><i class="mark wrong">●</i>count outside the band</span>` : nothing}
<span class="hint">Drag the slider, or turn the wheel with Shift held, to zoom all charts of the run. A click on a bar opens its incident or label.${series.unit === undefined ? '' : ' The labels of a channel shade its own plot. Scores, truth and alarms below it are of all channels.'} Times are UTC.</span></p>`;
}

function chart(
  option: ChartOption,
  label: string,
  { kind, id, height }: { readonly kind: string; readonly id?: string; readonly height?: number },
): Html {
  const style = height === undefined ? '' : `height:${height}px`;
  const anchor = id === undefined ? nothing : html` id="${id}"`;
  return html`<figure class="chart ${kind}"${anchor} style="${style}" role="img" aria-label="${label}"><script type="application/json">${scriptJson(option)}</script></figure>`;
}

/** Labels from elsewhere have no intensity. */
function labelKey(labels: AnomalyReport['labels']): Html {
  if (labels.every(({ intensity }) => intensity === ''))
    return html`<span><i class="key found blatant"></i> label</span>`;
  return html`<span><i class="key found blatant"></i><i class="key found moderate"></i><i class="key found subtle"></i> label: blatant, moderate, subtle</span>`;
}
