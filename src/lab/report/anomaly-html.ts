import { hourMs, minuteMs } from '../../base/time.ts';
import { pluralize } from '../../base/words.ts';
import type { ResultRow } from '../evaluation/result-rows.ts';
import { type ChartOption, channelName, colourOf } from './chart-theme.ts';
import { forecastOption } from './forecast-option.ts';
import { formatEntity } from './format-entity.ts';
import { digitsApart, formatScore } from './format-score.ts';
import { formatDate, formatDuration, formatMoment, formatSpan } from './format-time.ts';
import { type Html, html, nothing, scriptJson } from './html.ts';
import type { AnomalyReport, ReportedAlarm, ReportedIntervention } from './report-data.ts';
import { reportedIncidents } from './reported-incidents.ts';
import { groupTable, overallTable } from './results-html.ts';
import { scoresOption } from './scores-option.ts';
import { timelineOption } from './timeline-option.ts';
import { treeHtml } from './tree-html.ts';

/** Everything about one anomaly: pictures, results, labels found and missed, the alarms in words, the tree. */
export function anomalySection(report: AnomalyReport, rows: readonly ResultRow[]): Html {
  const { anomaly, learner, test, forecast, scores, tree } = report;
  return html`<section id="${anomaly}">
<h2>${anomaly}</h2>
<p class="lead"><b>${learner.id}</b>: ${learner.description.replace(/\.$/, '')} (${learner.library}). Windows of ${formatDuration(learner.windowMinutes)};
an alarm needs a score above ${formatScore(learner.threshold.value, digitsOf(report))} (${learner.threshold.note}).</p>
<h3>The test run, ${formatDate(test.startMs)} to ${formatDate(test.endMs)}, seed ${test.seed}</h3>
${chart(timelineOption(report), `counts of messages over time, with ${pluralize(report.labels.length, 'anomaly', 'anomalies')} and ${pluralize(report.alarms.length, 'alarm')}`, 'timeline', `timeline-${anomaly}`)}
${legend}
${
  forecast === undefined
    ? nothing
    : html`<h3>Forecast against actual</h3>
${forecast.channels.map((channel, index) => {
  const option = forecastOption(forecast, channel, report.labels);
  const title = channelName(channel.name);
  const picture = chart(option, `forecast and actual counts of ${title}`, 'forecast');
  return index === 0 ? picture : html`<details><summary>${title}</summary>${picture}</details>`;
})}`
}
<h3>Results</h3>
${overallTable(rows, anomaly)}
${groupTable(rows, anomaly)}
<h3>Alarms of ${learner.id}</h3>
${alarmTable(report)}
<h3>Labels and near misses</h3>
${labelTable(report)}
${
  tree === undefined
    ? nothing
    : html`<h3>One of the trees</h3>
<p class="hint">Read from the top: each question sends a unit one way or the other. Counts are of training units that this tree saw. A unit's score is the mean over all trees.</p>
${treeHtml(tree)}`
}
${
  scores === undefined
    ? nothing
    : html`<h3>Scores in the test run</h3>
${chart(scoresOption(scores, learner.threshold.value), 'histogram of scores of normal and anomalous units', 'scores')}`
}
</section>`;
}

const legend = html`<p class="legend">
<span><i class="swatch blatant"></i>blatant</span> <span><i class="swatch moderate"></i>moderate</span> <span><i class="swatch subtle"></i>subtle anomaly</span>
<span><i class="swatch near-miss"></i>near miss, must not alarm</span>
<span><i class="mark right">▲</i>right alarm</span> <span><i class="mark wrong">◇</i>wrong alarm</span>
<span class="hint">Times are UTC. Drag the slider, or turn the wheel with Shift held, to zoom; the legend adds services.</span></p>`;

function chart(option: ChartOption, label: string, kind: string, id = ''): Html {
  return html`<figure class="chart ${kind}" id="${id}" role="img" aria-label="${label}"><script type="application/json">${scriptJson(option)}</script></figure>`;
}

function alarmTable(report: AnomalyReport): Html {
  const { anomaly, alarms, labels, nearMisses } = report;
  const digits = digitsOf(report);
  if (alarms.length === 0) return html`<p>It raised no alarm.</p>`;
  return html`<div class="scroll long"><table class="sortable words">
<thead><tr><th>known at</th><th>verdict</th><th>who</th><th class="n">score</th><th>why</th><th class="bare"></th></tr></thead>
<tbody>${reportedIncidents(alarms).map(
    incident =>
      html`<tr><td data-sort="${incident.detectedAtMs}" class="when">${formatMoment(incident.detectedAtMs)}</td><td>${verdict(
        incident,
        labels,
        nearMisses,
      )}</td><td>${whoAll(incident.entities)}</td><td class="n" data-sort="${incident.best.score}">${formatScore(incident.best.score, digits)}</td><td>${incident.best.evidence}</td><td>${zoomButton(
        anomaly,
        incident.startMs,
        incident.endMs,
      )}</td></tr>`,
  )}</tbody></table></div>`;
}

function verdict(
  { labels, nearMisses }: Pick<ReportedAlarm, 'labels' | 'nearMisses'>,
  allLabels: readonly ReportedIntervention[],
  allNearMisses: readonly ReportedIntervention[],
): Html {
  if (labels.length > 0) {
    const found = allLabels.filter(({ id }) => labels.includes(id));
    return html`<span class="verdict right">▲ right</span> ${found.map(label => html`${label.id} `)}`;
  }
  const fellFor = allNearMisses.filter(({ id }) => nearMisses.includes(id));
  return html`<span class="verdict wrong">◇ wrong</span> ${
    fellFor.length === 0 ? 'nothing was there' : html`near miss ${fellFor.map(({ kind }) => kind).join(', ')}`
  }`;
}

function labelTable({ anomaly, labels, nearMisses, alarms }: AnomalyReport): Html {
  const row = (one: ReportedIntervention, isNearMiss: boolean) => {
    const own = alarms.filter(alarm => (isNearMiss ? alarm.nearMisses : alarm.labels).includes(one.id));
    const first = own.length === 0 ? undefined : Math.min(...own.map(({ detectedAtMs }) => detectedAtMs));
    return html`<tr><td>${swatch(one, isNearMiss)} ${one.id}</td><td>${isNearMiss ? `near miss: ${one.kind}` : one.variant}</td><td>${
      isNearMiss ? '' : one.intensity
    }</td><td data-sort="${one.startMs}" class="when">${formatSpan(one.startMs, one.effectEndMs)}</td><td>${outcome(
      isNearMiss,
      first === undefined ? undefined : (first - one.startMs) / minuteMs,
    )}</td><td>${entities(one)}</td><td>${zoomButton(anomaly, one.startMs, one.effectEndMs)}</td></tr>`;
  };
  return html`<div class="scroll"><table class="sortable words">
<thead><tr><th>id</th><th>what</th><th>intensity</th><th>when</th><th>outcome</th><th>who</th><th class="bare"></th></tr></thead>
<tbody>${labels.map(label => row(label, false))}${nearMisses.map(miss => row(miss, true))}</tbody></table></div>`;
}

function outcome(isNearMiss: boolean, delayMinutes: number | undefined): Html {
  if (isNearMiss) {
    return delayMinutes === undefined ? html`left alone` : html`<span class="verdict wrong">◇ false alarm</span>`;
  }
  return delayMinutes === undefined
    ? html`<span class="verdict wrong">missed</span>`
    : html`<span class="verdict right">▲ found</span> after ${formatDuration(Math.max(0, delayMinutes))}`;
}

function swatch(one: ReportedIntervention, isNearMiss: boolean): Html {
  return html`<i class="swatch ${isNearMiss ? 'near-miss' : colourOf(one).slice(2)}"></i>`;
}

function entities({ entities: named, entityCount }: ReportedIntervention): Html {
  const more = entityCount - Math.min(3, named.length);
  return html`${named.slice(0, 3).map((entity, index) => html`${index === 0 ? '' : ', '}${who(entity)}`)}${more > 0 ? ` and ${more} more` : ''}`;
}

function who({ type, id }: ReportedAlarm['entity']): Html {
  return type === id ? html`${formatEntity({ type, id }).replace(' ', '\u00a0')}` : html`${type} <code>${id}</code>`;
}

/** The first three, with all behind them. */
function whoAll(all: readonly ReportedAlarm['entity'][]): Html {
  const named = (entities: typeof all) =>
    entities.map((entity, index) => html`${index === 0 ? '' : ', '}${who(entity)}`);
  if (all.length <= 3) return html`${named(all)}`;
  return html`<details><summary>${named(all.slice(0, 3))} and ${all.length - 3} more</summary>${named(all.slice(3))}</details>`;
}

/** Shows the time around it in the timeline. */
function zoomButton(anomaly: string, startMs: number, endMs: number): Html {
  const margin = Math.max(6 * hourMs, endMs - startMs);
  return html`<button type="button" data-chart="timeline-${anomaly}" data-start="${startMs - margin}" data-end="${endMs + margin}">show</button>`;
}

function digitsOf({ learner, alarms }: AnomalyReport): number {
  return digitsApart(
    learner.threshold.value,
    alarms.map(({ score }) => score),
  );
}
