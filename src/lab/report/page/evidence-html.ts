import { formatMoment } from '../../../base/format-time.ts';
import { sum } from '../../../base/sum.ts';
import { rfc3339 } from '../../../base/time.ts';
import { pluralize } from '../../../base/words.ts';
import { senderOf } from '../../../data/dataset/record.ts';
import { probabilityOf } from '../../detectors/cart/tree.ts';
import { figureOf } from '../../features/feature-table.ts';
import type { ReportedChain, ReportedDecision } from '../report-data.ts';
import { type Html, html, nothing } from './html.ts';

/** A chain of causation as a list, with the command that shows more of it. */
export function chainHtml({ chain, ...counted }: ReportedChain, dataset: string | undefined): Html {
  const { messages, caused, leftOut, missingCause } = counted;
  const all = `${pluralize(messages, 'message')} about this while the alarm was on`;
  const last = chain.at(-1);
  if (last === undefined) return html`<p class="hint">${all}; no anomaly caused any of them.</p>`;
  const gap = leftOut === 0 ? undefined : chain.length / 2;
  return html`<h4>A chain of causes</h4>
<p class="hint">Each message was caused by the one above it. ${all}; ${caused === 0 ? 'no anomaly caused any of them' : `the anomaly caused ${caused} of them`}.</p>
${missingCause === undefined ? nothing : html`<p class="hint">The first one was caused by <code>${missingCause}</code>, earlier.</p>`}
<ol class="chain">${chain.map(
    (message, index) =>
      html`${index === gap ? html`<li class="gap">${pluralize(leftOut, 'message')} more</li>` : nothing}${messageItem(message)}`,
  )}</ol>
${
  dataset === undefined
    ? html`<p class="hint">The dataset was not kept. Without --discard-datasets, <code>cqshop show message</code> shows all causes and consequences.</p>`
    : html`<p class="hint">All causes and consequences:</p><pre><code>cqshop show message ${last.id} --dataset ${dataset}</code></pre>`
}`;
}

function messageItem(message: ReportedChain['chain'][number]): Html {
  const { timeMs, id, kind, type, key, label } = message;
  const cause =
    label === undefined ? nothing : html` <span class="cause" title="caused by ${label}">by the anomaly</span>`;
  const seconds = rfc3339(timeMs).slice(16, 19);
  return html`<li class="${kind}"><span class="when">${formatMoment(timeMs)}${seconds}</span> <b>${type}</b> <span class="hint">${senderOf(message)}, ${key}</span> <code>${id}</code>${cause}</li>`;
}

/** The votes of all trees, and the way of some through their questions. */
export function decisionHtml({ votes, trees }: ReportedDecision): Html {
  const mean = sum(votes, vote => vote) / Math.max(1, votes.length);
  return html`<h4>The trees that decided</h4>
<p class="hint">The score is the mean of ${pluralize(votes.length, 'tree')}, ${mean.toFixed(3)}. Each bar is the answer of a tree, from 0 to 1.</p>
<div class="votes" aria-hidden="true">${votes.map(vote => html`<i style="height:${(100 * vote).toFixed(0)}%"></i>`)}</div>
${trees.map(
  ({ questions, units, positives }, index) =>
    html`<details class="way"${index === 0 ? html` open` : nothing}><summary>Tree ${index + 1} of those that were most sure: ${probabilityOf({ units, positives }).toFixed(2)}</summary><ol>${questions.map(
      ({ phrase, value, threshold }) =>
        html`<li>${phrase}: <b>${figureOf(value, phrase)}</b> <span class="answer">${value < threshold ? 'below' : 'at least'} ${figureOf(threshold, phrase)}</span></li>`,
    )}<li>${positives} of ${pluralize(units, 'training unit')} with these answers were anomalous.</li></ol></details>`,
)}`;
}
