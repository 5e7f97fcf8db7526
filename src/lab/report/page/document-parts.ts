import { z } from 'zod';
import { pluralize } from '../../../base/words.ts';
import { publishedTitle } from '../../benchmark/published-nab.ts';
import { type Html, html, nothing } from './html.ts';
import type { PagePart } from './page-html.ts';
import { trackHtml } from './track-html.ts';

/** What `cqshop audit --json` prints, as far as it is shown. */
export const auditSchema = z.object({
  datasets: z.array(z.object({ dir: z.string() })),
  findings: z.array(
    z.object({
      check: z.string(),
      anomaly: z.string().nullable(),
      verdict: z.enum(['pass', 'fail', 'undecided']),
      sentence: z.string(),
    }),
  ),
});

const scoresSchema = z.array(
  z.object({ detector: z.string(), role: z.string(), profiles: z.record(z.string(), z.number()) }),
);

/** What `cqshop benchmark nab --json` prints, as far as it is shown. */
export const benchmarkSchema = z.object({
  files: z.int(),
  windows: z.int(),
  rows: scoresSchema,
  publishedOnAllFiles: scoresSchema.optional(),
});

const marks = { pass: ['right', '▲ pass'], fail: ['wrong', '◇ fail'], undecided: ['open', '○ undecided'] } as const;
/** What failed comes first. */
const order = ['fail', 'undecided', 'pass'] as const;

/** The findings of an audit. */
export function auditPart({ datasets, findings }: z.infer<typeof auditSchema>): PagePart {
  const count = (wanted: (typeof order)[number]) => findings.filter(({ verdict }) => verdict === wanted).length;
  const sorted = [...findings].sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
  return {
    id: 'audit',
    title: 'audit',
    content: html`<div class="card"><h2>Audit of ${datasets.map(({ dir }) => dir).join(', ')}</h2>
<p class="lead">${pluralize(findings.length, 'check')}: ${count('fail')} failed, ${count('undecided')} undecided, ${count('pass')} passed.</p>
<div class="scroll"><table class="sortable words audit"><thead><tr><th>verdict</th><th>question</th><th>about</th><th>found</th></tr></thead><tbody>${sorted.map(
      ({ verdict, check, anomaly, sentence }) =>
        html`<tr><td><span class="verdict ${marks[verdict][0]}">${marks[verdict][1]}</span></td><td>${check}</td><td>${
          anomaly ?? 'all'
        }</td><td>${sentence}</td></tr>`,
    )}</tbody></table></div></div>`,
  };
}

/** The scores of a benchmark; the highest first. */
export function benchmarkPart({
  files,
  windows,
  rows,
  publishedOnAllFiles,
}: z.infer<typeof benchmarkSchema>): PagePart {
  return {
    id: 'benchmark',
    title: 'benchmark',
    content: html`<div class="card"><h2>Numenta Anomaly Benchmark</h2>
<p class="lead">${pluralize(files, 'file')}, ${pluralize(windows, 'window')}. The score of a perfect detector is 100, that of one without alarms 0.</p>
${scoresTable(rows)}
<p class="hint">As in the NAB, each profile has the threshold that is best for all files together. It is chosen with the labels.</p></div>
${publishedOnAllFiles === undefined ? nothing : html`<div class="card"><h3>${publishedTitle(files)}</h3>${scoresTable(publishedOnAllFiles)}</div>`}`,
  };
}

function scoresTable(rows: z.infer<typeof benchmarkSchema>['rows']): Html {
  const profiles = Object.keys(rows[0]?.profiles ?? {});
  const [main = ''] = profiles;
  const sorted = [...rows].sort((a, b) => (b.profiles[main] ?? 0) - (a.profiles[main] ?? 0));
  return html`<div class="scroll"><table class="versus kinds"><thead><tr><th>detector</th>${profiles.map(
    profile => html`<th>${breakable(profile)}</th>`,
  )}</tr></thead><tbody>${sorted.map(
    ({ detector, role, profiles: scores }) =>
      html`<tr class="${role}"><th>${breakable(detector)} <small>${role}</small></th>${profiles.map(profile => {
        const score = scores[profile] ?? 0;
        return html`<td>${trackHtml(score / 100, null, null, { text: score.toFixed(2) })}</td>`;
      })}</tr>`,
  )}</tbody></table></div>`;
}

/** A name that a narrow page breaks after an underscore and before a capital: reward_low_FP_rate, randomCutForest. */
function breakable(name: string): Html {
  return html`${name.split(/(?<=_)|(?<=[a-z])(?=[A-Z])/).map(part => html`${part}<wbr>`)}`;
}
