import { sum } from '../../../base/sum.ts';
import { formatSeeds } from '../format-seeds.ts';
import type { AnomalyReport, ReportData } from '../report-data.ts';
import { anomalySection } from './anomaly-html.ts';
import { fittingPage } from './fitting-page.ts';
import { type Html, html } from './html.ts';
import { footerOfResults, type PagePart, pageHtml } from './page-html.ts';
import { storyHtml } from './story-html.ts';
import { stripLegend } from './strip-html.ts';
import { versusHint } from './versus-html.ts';

/**
 * A report of a run as one page that needs no network. The first screen tells the story of each anomaly; each has a part of its own behind it.
 *
 * @param chartLibrary the source of ECharts, which goes into the page
 * @param more parts of other origin, such as an audit
 */
export function reportHtml(data: ReportData, chartLibrary: string, more: readonly PagePart[] = []): string {
  const { run, rows, anomalies } = data;
  const rowsOf = (report: AnomalyReport) => rows.filter(({ anomaly }) => anomaly === report.anomaly);
  const seeds = anomalies.length === 0 ? [run.seed] : anomalies.map(({ test }) => test.seed ?? run.seed);
  return fittingPage(anomalies, shown =>
    pageHtml({
      footer: footerOfResults,
      title: run.name,
      heading: 'Anomalies found and missed',
      about: `Run ${run.name}, ${formatSeeds(seeds)}, cqshop ${run.version}`,
      chartLibrary,
      parts: [
        {
          id: 'story',
          title: 'overview',
          content: html`<div class="stories">${shown.map(report => storyHtml(report.anomaly, { rows: rowsOf(report), report }))}</div>
${stripLegend}
<p class="hint">${versusHint}</p>`,
        },
        ...shown.map(report => ({
          id: report.anomaly,
          title: report.anomaly,
          content: anomalySection(report, rowsOf(report)),
        })),
        ...more,
        { id: 'reproduce', title: 'how to reproduce', content: reproduction(data) },
      ],
    }),
  );
}

function reproduction({ run }: ReportData): Html {
  return html`<div class="card"><h2>How to reproduce</h2>
<pre><code>${run.command}</code></pre>
<p>The same command gives the same data, models and figures on any day and machine. Only these times differ:</p>
<div class="scroll"><table class="narrow"><thead><tr><th>stage</th><th class="n">seconds</th></tr></thead><tbody>${run.stages.map(
    ({ name, seconds }) => html`<tr><td>${name}</td><td class="n">${seconds.toFixed(1)}</td></tr>`,
  )}<tr><th>all</th><td class="n">${sum(run.stages, ({ seconds }) => seconds).toFixed(1)}</td></tr></tbody></table></div></div>`;
}
