import { anomalySection } from './anomaly-html.ts';
import { caveatsOf } from './caveats.ts';
import { formatSeeds } from './format-seeds.ts';
import { formatDuration } from './format-time.ts';
import { Html, html, nothing } from './html.ts';
import { pageScript } from './page-script.ts';
import { pageStyle } from './page-style.ts';
import type { AnomalyReport, ReportData } from './report-data.ts';
import { bestBaseline, formatFigure, isOverall } from './result-columns.ts';

/**
 * A report as one page that needs no network.
 *
 * @param chartLibrary the source of ECharts, which goes into the page
 */
export function reportHtml(data: ReportData, chartLibrary: string): string {
  const { run, rows, anomalies } = data;
  const notes = caveatsOf(rows, anomalies);
  const seeds = anomalies.length === 0 ? [run.seed] : anomalies.map(({ test }) => test.seed);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>cqshop: ${run.name}</title>
<style>${new Html(pageStyle)}</style>
</head>
<body>
<header>
<h1>Anomalies found and missed</h1>
<div class="hint">Run ${run.name}, ${formatSeeds(seeds)}, cqshop ${run.version}</div>
<nav>${anomalies.map(({ anomaly }) => html`<a href="#${anomaly}">${anomaly}</a>`)}<a href="#reproduce">how to reproduce</a></nav>
</header>
<main>
<div class="cards">${anomalies.map(report => card(report, data))}</div>
<section><h2>Caveats</h2>${
    notes.length === 0
      ? html`<p>No baseline was as good as a learner, no label was missed, and no near miss alarmed.</p>`
      : html`<ul class="notes">${notes.map(note => html`<li>${note}</li>`)}</ul>`
  }</section>
${anomalies.map(report => anomalySection(report, rows))}
<section id="reproduce"><h2>How to reproduce</h2>
<pre><code>${run.command}</code></pre>
<p>The same command gives the same data, models and figures on any day and machine. Only these times differ:</p>
<div class="scroll"><table><thead><tr><th>stage</th><th class="n">seconds</th></tr></thead><tbody>${run.stages.map(
    ({ name, seconds }) => html`<tr><td>${name}</td><td class="n">${seconds.toFixed(1)}</td></tr>`,
  )}<tr><th>all</th><td class="n">${run.stages.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(1)}</td></tr></tbody></table></div>
</section>
</main>
<footer>Thresholds were fixed before any test label was read. There is no point adjustment. All times are virtual and UTC.</footer>
<script>${new Html(chartLibrary)}</script>
<script>${new Html(pageScript)}</script>
</body>
</html>
`.text;
}

/** The headline of an anomaly: the figures of its learner and of the best baseline. */
function card({ anomaly }: AnomalyReport, { rows }: ReportData): Html {
  const learner = rows.find(row => row.anomaly === anomaly && row.role === 'learner' && isOverall(row));
  if (learner === undefined) return nothing;
  const baseline = bestBaseline(rows, anomaly);
  const delay = learner.delayMinutesMedian;
  const ours = learner.averagePrecision;
  const theirs = baseline?.averagePrecision ?? null;
  const isBeaten = ours !== null && theirs !== null && theirs > ours;
  return html`<a class="card" href="#${anomaly}"><b class="name">${anomaly}</b>
<div class="big">${learner.detected} of ${learner.labels} found</div>
<dl><dt>learner</dt><dd>${learner.detector}</dd>
<dt>precision</dt><dd>${formatFigure(learner.precision, 2)}</dd>
<dt>false alarms a day</dt><dd>${formatFigure(learner.falseAlarmsPerDay, 2)}</dd>
<dt>median delay</dt><dd>${delay === null ? '-' : formatDuration(delay)}</dd>
<dt>average precision</dt><dd>${formatFigure(ours, 2)}</dd></dl>
<p class="against">${
    baseline === undefined
      ? 'no baseline was run'
      : html`best baseline: ${baseline.detector}, average precision ${formatFigure(theirs, 2)}${isBeaten ? html` – <b>ahead of the learner</b>` : ''}`
  }</p></a>`;
}
