import { inThousands } from '../../../base/words.ts';
import { probabilityOf } from '../../detectors/cart/tree.ts';
import { figureOf } from '../../features/feature-table.ts';
import type { ReportedTree } from '../report-data.ts';
import { type Html, html } from './html.ts';

/** A tree as nested lists: a question, then what follows from each answer. Bars show the share of anomalous units. */
export function treeHtml(tree: ReportedTree): Html {
  return html`<div class="tree" role="group" aria-label="decision tree">${node(tree)}</div>`;
}

function node(tree: ReportedTree): Html {
  if (tree.question === undefined) return leaf(tree);
  const { phrase, feature, threshold: border, below, atLeast } = tree.question;
  const value = figureOf(border, phrase);
  return html`<div class="question"><b title="${feature}">${phrase}</b>? ${proportion(tree)}</div>
<ul>
<li><span class="answer">below ${value}</span>${node(below)}</li>
<li><span class="answer">${value} or more</span>${node(atLeast)}</li>
</ul>`;
}

function leaf(tree: ReportedTree): Html {
  const probability = probabilityOf(tree);
  return html`<div class="leaf">score ${probability < 0.001 ? 'below 0.001' : probability.toFixed(3)} ${proportion(tree)}</div>`;
}

function proportion({ positives, units }: ReportedTree): Html {
  const share = units === 0 ? 0 : positives / units;
  const text = `${inThousands(positives)} of ${inThousands(units)} anomalous (${percent(share)})`;
  return html`<span class="proportion"><span class="bar"><i style="width:${(100 * share).toFixed(1)}%"></i></span> ${text}</span>`;
}

/** 0.04 % stays visible as such. */
function percent(share: number): string {
  const value = 100 * share;
  return `${value > 0 && value < 1 ? value.toPrecision(1) : value.toFixed(0)} %`;
}
