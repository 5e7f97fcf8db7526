import { formatDuration } from '../../../base/format-time.ts';
import { groupBy } from '../../../base/group-by.ts';
import { pluralize } from '../../../base/words.ts';
import { intensities } from '../../../data/dataset/anomaly-facts.ts';
import { type MetricId, metrics } from '../../evaluation/metrics.ts';
import { cleanGroup, type ResultRow } from '../../evaluation/result-rows.ts';
import type { Results } from '../../evaluation/results-file.ts';
import { comparedDetectors, formatFalse, rankedOverall } from '../result-columns.ts';
import { type Html, html, nothing } from './html.ts';
import { footerOfResults, type PagePart, pageHtml } from './page-html.ts';
import { groupTable, overallTable } from './results-html.ts';
import { runsHtml } from './runs-html.ts';
import { storyHtml } from './story-html.ts';
import { sweepHtml } from './sweep-html.ts';
import { trackHtml } from './track-html.ts';
import { versusHint } from './versus-html.ts';

/** The figures that are drawn with their intervals. */
const drawn = ['recall', 'precision', 'averagePrecision'] as const satisfies readonly MetricId[];

/** The results of many runs as one page: what was found, with intervals over runs, by variant, by strength and by run. */
export function evaluationHtml(name: string, results: Results, more: readonly PagePart[] = []): string {
  return pageHtml({
    footer: footerOfResults,
    title: name,
    heading: 'Anomalies found and missed',
    about: `${name}, ${runsOf(results)}, cqshop ${results.version}`,
    parts: [...evaluationParts(results), ...more],
  });
}

function runsOf({ rows, seed }: Results): string {
  const most = Math.max(0, ...rows.map(({ seeds }) => seeds));
  return most === 1 ? `seed ${seed}` : `${most} runs of each scenario, seeds from ${seed}`;
}

function evaluationParts(results: Results): readonly PagePart[] {
  const { command, comparisons } = results;
  const rows = results.rows.filter(({ variant }) => variant !== cleanGroup.variant);
  const clean = results.rows.filter(({ variant }) => variant === cleanGroup.variant);
  const byAnomaly = [...groupBy(rows, ({ anomaly }) => anomaly)];
  return [
    {
      id: 'story',
      title: 'overview',
      content: html`<div class="stories">${byAnomaly.map(([anomaly, own]) => storyHtml(anomaly, { rows: own, comparisons, picture: recallByKind(own) }))}</div>
<p class="hint">A bar is a 95 % bootstrap interval over runs. ${versusHint}</p>`,
    },
    ...byAnomaly.map(([id, own]) => ({ id, title: id, content: anomalyPart(id, own, results) })),
    ...(clean.length === 0 ? [] : [{ id: 'clean', title: 'clean runs', content: cleanPart(clean) }]),
    { id: 'reproduce', title: 'how to reproduce', content: reproduction(command, results) },
  ];
}

function anomalyPart(anomaly: string, rows: readonly ResultRow[], { comparisons, sweep, runs }: Results): Html {
  const own = (sweep ?? []).filter(point => point.anomaly === anomaly);
  const each = (runs ?? []).filter(run => run.anomaly === anomaly);
  return html`<div class="card"><h2>${anomaly}</h2>
<p class="lead">All detectors over all labels, with 95 % intervals over runs.</p>
${intervals(rankedOverall(rows))}</div>
<div class="card"><h3>By variant and intensity</h3>${kinds(rows)}</div>
${own.length === 0 ? nothing : html`<div class="card"><h3>By strength</h3>${sweepHtml(own)}</div>`}
${each.length === 0 ? nothing : html`<div class="card"><h3>Run by run</h3>${runsHtml(each)}</div>`}
<div class="card"><h3>All figures</h3>
${overallTable(rows, comparisons)}
${groupTable(rows)}</div>`;
}

/** Each figure as a dot with its interval. */
function intervals(ranked: readonly ResultRow[]): Html {
  const shown = metrics.filter(({ id }) => drawn.some(one => one === id));
  return html`<div class="scroll"><table class="intervals"><thead><tr><th>detector</th>${shown.map(
    ({ id, explanation }) =>
      html`<th title="${explanation}">${id === 'averagePrecision' ? 'average precision' : id}</th>`,
  )}<th class="n">false in 22 days</th><th class="n" title="median over the labels found">median delay</th></tr></thead><tbody>${ranked.map(
    row =>
      html`<tr class="${row.role}"><th>${row.detector} <small>${row.role}</small></th>${shown.map(
        ({ id }) => html`<td>${trackHtml(row[id], row[`${id}Low`], row[`${id}High`])}</td>`,
      )}<td class="n">${formatFalse(row, 1)}</td><td class="n">${
        row.delayMinutesMedian === null ? '-' : formatDuration(row.delayMinutesMedian)
      }</td></tr>`,
  )}</tbody></table></div>`;
}

/** Recall and median delay of each kind of label; the rows of a variant follow its name. */
function kinds(rows: readonly ResultRow[]): Html {
  const detectors = comparedDetectors(rows);
  const single = rows.filter(({ variant }) => variant !== 'all');
  const cell = (detector: string, { variant, intensity }: ResultRow) => {
    const row = single.find(one => one.detector === detector && one.variant === variant && one.intensity === intensity);
    if (row === undefined) return html`-`;
    const { recall, recallLow, recallHigh, delayMinutesMedian: delay } = row;
    return html`${trackHtml(recall, recallLow, recallHigh)}${delay === null ? nothing : html` <small>after ${formatDuration(delay)}</small>`}`;
  };
  const rowsOf = ([variant, own]: readonly [string, readonly ResultRow[]]) => {
    const each = [...new Map(own.map(row => [row.intensity, row])).values()];
    return html`<tr><th colspan="${2 + detectors.length}">${variant}</th></tr>${each.map(
      row =>
        html`<tr><td>${row.intensity}</td><td class="n">${row.labels}</td>${detectors.map(
          ({ detector, role }) => html`<td class="${role}">${cell(detector, row)}</td>`,
        )}</tr>`,
    )}`;
  };
  return html`<p class="hint">The share of labels found, and the median delay.</p>
<div class="scroll"><table class="intervals"><thead><tr><th>intensity</th><th class="n">labels</th>${detectors.map(
    ({ detector }) => html`<th>${detector}</th>`,
  )}</tr></thead><tbody>${[...groupBy(single, ({ variant }) => variant)].map(rowsOf)}</tbody></table></div>`;
}

/** Recall of the learner and the best baseline for each intensity, for the first screen. */
function recallByKind(rows: readonly ResultRow[]): Html {
  const detectors = comparedDetectors(rows);
  const byIntensity = rows.filter(({ variant, intensity }) => variant === 'all' && intensity !== 'all');
  const shown = intensities.filter(intensity => byIntensity.some(row => row.intensity === intensity));
  if (shown.length === 0) return nothing;
  return html`<table class="versus kinds"><thead><tr><th>recall</th>${shown.map(intensity => html`<th>${intensity}</th>`)}</tr></thead><tbody>${detectors.map(
    ({ detector, role }) =>
      html`<tr class="${role}"><th>${detector}</th>${shown.map(intensity => {
        const row = byIntensity.find(one => one.detector === detector && one.intensity === intensity);
        return html`<td>${row === undefined ? '-' : trackHtml(row.recall, row.recallLow, row.recallHigh, { style: 'short' })}</td>`;
      })}</tr>`,
  )}</tbody></table>`;
}

function cleanPart(clean: readonly ResultRow[]): Html {
  const runs = Math.max(0, ...clean.map(({ seeds }) => seeds));
  return html`<div class="card"><h2>Clean runs</h2><p class="lead">${pluralize(runs, 'run')} with near misses and without an anomaly: every alarm is false.</p>
<div class="scroll"><table class="sortable narrow results"><thead><tr><th>anomaly</th><th>detector</th><th class="n">alarms</th><th class="n">for near misses</th><th class="n">in 22 days</th></tr></thead><tbody>${clean
    .filter(({ role }) => role !== 'control')
    .map(
      row =>
        html`<tr class="${row.role}"><td>${row.anomaly}</td><th>${row.detector} <small>${row.role}</small></th><td class="n">${
          row.alarms
        }</td><td class="n">${row.nearMissAlarms}</td><td class="n">${formatFalse(row, 2)}</td></tr>`,
    )}</tbody></table></div></div>`;
}

function reproduction(command: string, { leftOut = [] }: Results): Html {
  return html`<div class="card"><h2>How to reproduce</h2><pre><code>${command}</code></pre>
<p>The same command gives the same figures on any day and machine.</p>
${
  leftOut.length === 0
    ? nothing
    : html`<details><summary>${pluralize(leftOut.length, 'anomaly', 'anomalies')} left no trace and were left out</summary><ul>${leftOut.map(
        ({ run, id, reason }) => html`<li>${id} in ${run}: ${reason}</li>`,
      )}</ul></details>`
}</div>`;
}
