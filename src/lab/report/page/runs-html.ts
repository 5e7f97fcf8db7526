import { pluralize } from '../../../base/words.ts';
import type { RunFigures } from '../../evaluation/run-figures.ts';
import { type Html, html } from './html.ts';

/** One square a run and detector: what it found there, and its false alarms. */
export function runsHtml(runs: readonly RunFigures[]): Html {
  const names = [...new Set(runs.map(({ run }) => run))];
  const detectors = [...new Set(runs.map(({ detector }) => detector))];
  const cell = (detector: string, run: string) => {
    const one = runs.find(each => each.detector === detector && each.run === run);
    if (one === undefined) return html`<td class="square none"></td>`;
    const { detected, labels, falseAlarms } = one;
    const words = `${detector} in ${run}: ${detected} of ${labels} found, ${pluralize(falseAlarms, 'false alarm')}`;
    const kind = labels === 0 ? 'none' : detected === labels ? 'all' : detected === 0 ? 'nothing' : 'some';
    return html`<td class="square ${kind}" title="${words}">${falseAlarms === 0 ? '' : falseAlarms}</td>`;
  };
  return html`<p class="hint">A square a run: dark where all was found, light where some, hatched where nothing. A number counts false alarms.</p>
<div class="scroll"><table class="runs"><thead><tr><th>detector</th>${names.map(
    name => html`<th class="run">${name.slice(name.lastIndexOf('/') + 1)}</th>`,
  )}</tr></thead><tbody>${detectors.map(
    detector => html`<tr><th>${detector}</th>${names.map(name => cell(detector, name))}</tr>`,
  )}</tbody></table></div>`;
}
