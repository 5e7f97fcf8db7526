import { pluralize } from '../../../base/words.ts';
import { type Comparison, fewestRuns, type ResultRow } from '../../evaluation/result-rows.ts';
import { caveatsOf } from '../caveats.ts';
import { judgedRow } from '../result-columns.ts';
import type { ShownReport } from './fitting-page.ts';
import { type Html, html, nothing } from './html.ts';
import { storyOf } from './story.ts';
import { stripHtml } from './strip-html.ts';
import { versusHtml } from './versus-html.ts';

/** One anomaly on the first screen: what was found, in a sentence and a picture, the learner beside the others, and the caveats about these figures. */
export function storyHtml(
  anomaly: string,
  {
    rows,
    comparisons = [],
    report,
    picture = nothing,
  }: {
    /** Of the anomaly. */
    readonly rows: readonly ResultRow[];
    readonly comparisons?: readonly Comparison[] | undefined;
    /** Of the test run that is drawn; left out where many runs were pooled. */
    readonly report?: ShownReport | undefined;
    /** What is drawn instead. */
    readonly picture?: Html;
  },
): Html {
  const learner = judgedRow(rows);
  if (learner === undefined) return nothing;
  const caveats = caveatsOf(rows, report === undefined ? [] : [report], comparisons).map(text =>
    text.slice(anomaly.length + 2),
  );
  return html`<article class="story" aria-label="${anomaly}">
<h2><a href="#${anomaly}">${anomaly}</a> <span class="big">${learner.detected} of ${learner.labels} found</span></h2>
<p>${storyOf(learner, rows, comparisons).join(' ')}</p>
${report === undefined ? picture : stripHtml(report)}
${versusHtml(rows)}
${caveatList([...caveats, ...fewRuns(learner.seeds)])}
</article>`;
}

function fewRuns(seeds: number): readonly string[] {
  if (seeds === 1) return ['the figures are of a single run, so they have no interval.'];
  return seeds < fewestRuns ? [`an interval over ${seeds} runs says little; it needs at least ${fewestRuns}.`] : [];
}

function caveatList(caveats: readonly string[]): Html {
  if (caveats.length === 0) return nothing;
  return html`<details class="caveats"><summary>${pluralize(caveats.length, 'caveat')} about these figures</summary><ul>${caveats.map(
    caveat => html`<li>${caveat}</li>`,
  )}</ul></details>`;
}
