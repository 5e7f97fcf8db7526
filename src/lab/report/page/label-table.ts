import { formatDuration, formatSpan, needsYear } from '../../../base/format-time.ts';
import { minuteMs } from '../../../base/time.ts';
import { pluralize } from '../../../base/words.ts';
import type { AnomalyReport, ReportedAlarm, ReportedIntervention } from '../report-data.ts';
import { colourOf } from './chart-theme.ts';
import { entities } from './entity-html.ts';
import { type Html, html, nothing } from './html.ts';
import { labelId } from './part-ids.ts';
import { zoomButton } from './zoom-button.ts';

type Shown = {
  /** Classes of its mark. */
  readonly key: string;
  readonly kind: string;
  readonly intensity: string;
  readonly outcome: Html;
};

/** Labels and near misses of a test run, with what became of them. */
export function labelTable({ anomaly, test, labels, nearMisses, alarms }: AnomalyReport): Html {
  // Labels of series may have neither.
  const hasKinds = nearMisses.length > 0 || labels.some(one => `${one.variant}${one.intensity}` !== '');
  const row = (one: ReportedIntervention, { key, kind, intensity, outcome }: Shown) =>
    html`<tr id="${labelId(anomaly, one.id)}"><td><i class="key ${key}"></i> ${one.id}</td>${hasKinds ? html`<td>${kind}</td><td>${intensity}</td>` : nothing}<td data-sort="${one.startMs}" class="when">${formatSpan(one.startMs, one.effectEndMs, needsYear(test))}</td><td>${outcome}</td><td>${entities(one)}</td><td>${zoomButton(anomaly, { ...one, endMs: one.effectEndMs })}</td></tr>`;
  const table = (rows: readonly Html[]) => html`<div class="scroll"><table class="sortable words">
<thead><tr><th>id</th>${hasKinds ? html`<th>what</th><th>intensity</th>` : nothing}<th>when</th><th>outcome</th><th>who</th><td></td></tr></thead>
<tbody>${rows}</tbody></table></div>`;
  const labelRows = labels.map(label => {
    const { variant: kind, intensity } = label;
    return row(label, { key: `found ${colourOf(label).slice(2)}`, kind, intensity, outcome: outcomeOf(label, alarms) });
  });
  const alarmed = nearMisses.filter(({ id }) => alarms.some(alarm => alarm.nearMisses.includes(id)));
  const missRows = nearMisses.map(miss => {
    const outcome = alarmed.includes(miss) ? html`<span class="verdict wrong">◇ false alarm</span>` : html`no alarm`;
    return row(miss, { key: 'near-miss', kind: miss.kind, intensity: '', outcome });
  });
  return html`${table(labelRows)}
${
  nearMisses.length === 0
    ? ''
    : html`<details><summary>${pluralize(nearMisses.length, 'near miss', 'near misses')}, ${alarmed.length === 0 ? 'none' : alarmed.length} with a false alarm</summary>
${table(missRows)}</details>`
}`;
}

function outcomeOf({ id, startMs }: ReportedIntervention, alarms: readonly ReportedAlarm[]): Html {
  const known = alarms.flatMap(({ labels, detectedAtMs }) => (labels.includes(id) ? [detectedAtMs] : []));
  if (known.length === 0) return html`<span class="verdict wrong">missed</span>`;
  const delayMinutes = Math.max(0, (Math.min(...known) - startMs) / minuteMs);
  return html`<span class="verdict right">▲ found</span> after ${formatDuration(delayMinutes)}`;
}
