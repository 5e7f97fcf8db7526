import { formatDuration, formatMoment, formatSpan, needsYear } from '../../../base/format-time.ts';
import { minuteMs } from '../../../base/time.ts';
import { pluralize, withDigits } from '../../../base/words.ts';
import { formatEntities } from '../format-entity.ts';
import { digitsApart } from '../format-score.ts';
import type { AnomalyReport, ReportedAlarm, ReportedIntervention } from '../report-data.ts';
import type { ReportedIncident } from '../reported-incidents.ts';
import { whoAll } from './entity-html.ts';
import { chainHtml, decisionHtml } from './evidence-html.ts';
import type { ShownReport } from './fitting-page.ts';
import { type Html, html, nothing } from './html.ts';
import { incidentId } from './part-ids.ts';
import { zoomButton } from './zoom-button.ts';

/** Each incident opens to its evidence. */
export function incidentList({ shown: incidents, incidentCount: all, ...report }: ShownReport): Html {
  if (incidents.length === 0) return html`<p>It raised no alarm.</p>`;
  return html`<p class="hint">${pluralize(all, 'incident')}. ${all === incidents.length ? nothing : `The page shows the ${incidents.length} with the highest scores; detections.csv has all alarms. `}Alarms that overlap and share ${report.series.unit === undefined ? 'a user, a product or the shop' : 'a channel'} are one incident.</p>
${incidents.map(incident => incidentHtml(incident, report))}`;
}

function incidentHtml(incident: ReportedIncident, report: AnomalyReport): Html {
  const { anomaly, test, labels, nearMisses, dataset, incidents = [], isJudged = true } = report;
  const hasYear = needsYear(test);
  const { id, startMs, endMs, detectedAtMs, best, entities } = incident;
  const evidence = incidents.find(one => one.incident === id);
  return html`<details class="incident" id="${incidentId(anomaly, id)}"${isJudged ? nothing : html` open`}><summary>${isJudged ? verdict(incident, labels, nearMisses) : html`<span class="verdict right">▲ alarm</span>`} <span class="when">${formatSpan(
    startMs,
    endMs,
    hasYear,
  )}</span> <span class="who">${unbroken(formatEntities(entities))}</span> <span class="score">score ${withDigits(best.score, digitsOf(report))}</span></summary>
<p><b>Why:</b> ${best.evidence}.</p>
<p><b>Known at</b> ${formatMoment(detectedAtMs, hasYear)}${delayAfter(incident, labels)}. ${zoomButton(anomaly, incident)}</p>
<div><b>Who:</b> ${whoAll(entities)}</div>
${evidence?.chain === undefined ? nothing : chainHtml(evidence.chain, dataset)}
${evidence?.decision === undefined ? nothing : decisionHtml(evidence.decision)}
</details>`;
}

/** Words whose hyphens are no place to break a line: ids. */
function unbroken(words: string): readonly Html[] {
  return words.split(' ').map((word, index) => html`${index === 0 ? '' : ' '}<span>${word}</span>`);
}

/** ", 64 min after account-ring-blatant began". */
function delayAfter(
  { detectedAtMs, labels: right }: ReportedIncident,
  labels: readonly ReportedIntervention[],
): string {
  const [first] = labels.filter(({ id }) => right.includes(id));
  if (first === undefined) return '';
  return `, ${formatDuration(Math.max(0, (detectedAtMs - first.startMs) / minuteMs))} after ${first.id} began`;
}

function verdict(
  { labels, nearMisses }: Pick<ReportedAlarm, 'labels' | 'nearMisses'>,
  allLabels: readonly ReportedIntervention[],
  allNearMisses: readonly ReportedIntervention[],
): Html {
  if (labels.length > 0) {
    const found = allLabels.filter(({ id }) => labels.includes(id));
    return html`<span class="verdict right">▲ right</span> ${found.map(label => html`${label.id} `)}`;
  }
  const fellFor = allNearMisses.filter(({ id }) => nearMisses.includes(id));
  return html`<span class="verdict wrong">◇ false</span> ${
    fellFor.length === 0 ? 'nothing was there' : html`near miss ${fellFor.map(({ kind }) => kind).join(', ')}`
  }`;
}

/** Significant digits with which each score of an alarm looks different from the threshold. */
export function digitsOf({ learner, alarms }: AnomalyReport): number {
  return digitsApart(
    learner.threshold.value,
    alarms.map(({ score }) => score),
  );
}
