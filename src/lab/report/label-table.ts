import { minuteMs } from '../../base/time.ts';
import { pluralize } from '../../base/words.ts';
import { colourOf } from './chart-theme.ts';
import { entities } from './entity-html.ts';
import { formatDuration, formatSpan } from './format-time.ts';
import { type Html, html, nothing } from './html.ts';
import { labelId } from './part-ids.ts';
import type { AnomalyReport, ReportedIntervention } from './report-data.ts';
import { zoomButton } from './zoom-button.ts';

/** Labels and near misses of a test run, with what became of them. */
export function labelTable({ anomaly, labels, nearMisses, alarms }: AnomalyReport): Html {
  const kindOf = (one: ReportedIntervention, isNearMiss: boolean) => (isNearMiss ? one.kind : one.variant);
  // Labels of series may have neither.
  const hasKinds = nearMisses.length > 0 || labels.some(one => `${one.variant}${one.intensity}` !== '');
  const row = (one: ReportedIntervention, isNearMiss: boolean) => {
    const own = alarms.filter(alarm => (isNearMiss ? alarm.nearMisses : alarm.labels).includes(one.id));
    const first = own.length === 0 ? undefined : Math.min(...own.map(({ detectedAtMs }) => detectedAtMs));
    const kind = html`<td>${kindOf(one, isNearMiss)}</td><td>${isNearMiss ? '' : one.intensity}</td>`;
    return html`<tr id="${labelId(anomaly, one.id)}"><td>${swatch(one, isNearMiss)} ${one.id}</td>${hasKinds ? kind : nothing}<td data-sort="${one.startMs}" class="when">${formatSpan(one.startMs, one.effectEndMs)}</td><td>${outcome(
      isNearMiss,
      first === undefined ? undefined : (first - one.startMs) / minuteMs,
    )}</td><td>${entities(one)}</td><td>${zoomButton(anomaly, { ...one, endMs: one.effectEndMs })}</td></tr>`;
  };
  const table = (rows: readonly Html[]) => html`<div class="scroll"><table class="sortable words">
<thead><tr><th>id</th>${hasKinds ? html`<th>what</th><th>intensity</th>` : nothing}<th>when</th><th>outcome</th><th>who</th><td></td></tr></thead>
<tbody>${rows}</tbody></table></div>`;
  const alarmed = nearMisses.filter(({ id }) => alarms.some(alarm => alarm.nearMisses.includes(id))).length;
  return html`${table(labels.map(label => row(label, false)))}
${
  nearMisses.length === 0
    ? ''
    : html`<details><summary>${pluralize(nearMisses.length, 'near miss', 'near misses')}, ${alarmed === 0 ? 'none' : alarmed} with a false alarm</summary>
${table(nearMisses.map(miss => row(miss, true)))}</details>`
}`;
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
  return html`<i class="key ${isNearMiss ? 'near-miss' : `found ${colourOf(one).slice(2)}`}"></i>`;
}
