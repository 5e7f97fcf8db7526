import { formatDuration, formatMoment, formatSpan } from '../../../base/format-time.ts';
import { sum } from '../../../base/sum.ts';
import { dayMs, minuteMs } from '../../../base/time.ts';
import { pluralize } from '../../../base/words.ts';
import type { AnomalyReport, ReportedIntervention } from '../report-data.ts';
import type { ShownReport } from './fitting-page.ts';
import { Html, html } from './html.ts';
import { incidentId, labelId } from './part-ids.ts';

/** Points of the curve; a plot of the first screen has about as many pixels. */
const mostPoints = 560;
/** Dates below the plot, at most. */
const mostDates = 5;

/**
 * A test run at a glance, without a script: how many messages there were, and below it, on the same axis, a lane each for the truth, the near misses and the
 * alarms. Each bar leads to its part of the page.
 */
export function stripHtml(report: ShownReport): Html {
  const { anomaly, test, labels, nearMisses, alarms, shown, incidentCount } = report;
  const place = (startMs: number, endMs: number) => {
    const share = (ms: number) => (100 * (ms - test.startMs)) / (test.endMs - test.startMs);
    return `left:${share(startMs).toFixed(2)}%;width:${(share(endMs) - share(startMs)).toFixed(2)}%`;
  };
  const found = new Set(alarms.flatMap(alarm => alarm.labels));
  const alarmed = new Set(alarms.flatMap(alarm => alarm.nearMisses));
  const bar = (one: ReportedIntervention, kind: string, words: string) => {
    const text = `${one.id}, ${formatSpan(one.startMs, one.effectEndMs)}: ${words}`;
    return html`<a class="bar ${kind}" href="#${labelId(anomaly, one.id)}" style="${place(one.startMs, one.effectEndMs)}" title="${text}" aria-label="${text}"></a>`;
  };
  const truth = labels.map(label => {
    const outcome = found.has(label.id) ? 'found' : 'missed';
    const kind = outcome === 'found' ? `found ${label.intensity}` : outcome;
    return bar(label, kind, `${label.variant} ${label.intensity}, ${outcome}`);
  });
  const incidents = shown.map(({ id, startMs, endMs, labels: right, best }) => {
    const words = `${right.length > 0 ? 'right' : 'false'} alarm, ${formatSpan(startMs, endMs)}: ${best.evidence}`;
    return html`<a class="bar alarm ${right.length > 0 ? 'right' : 'wrong'}" href="#${incidentId(anomaly, id)}" style="${place(startMs, endMs)}" title="${words}" aria-label="${words}"></a>`;
  });
  const shades = labels.map(label => html`<i class="shade" style="${place(label.startMs, label.effectEndMs)}"></i>`);
  const words = `Messages over ${formatDuration((test.endMs - test.startMs) / minuteMs)}, with ${pluralize(labels.length, 'anomaly', 'anomalies')}, ${pluralize(nearMisses.length, 'near miss', 'near misses')} and ${pluralize(incidentCount, 'incident')}`;
  return html`<div class="strip" role="group" aria-label="${words}">
<span class="lane-name">messages</span><div class="lane curve">${shades}${curve(report)}</div>
<span class="lane-name">truth</span><div class="lane">${truth}</div>
<span class="lane-name">near misses</span><div class="lane">${nearMisses.map(one =>
    alarmed.has(one.id) ? bar(one, 'near-miss alarmed', 'false alarm') : bar(one, 'near-miss', 'no alarm'),
  )}</div>
<span class="lane-name">alarms</span><div class="lane">${incidents}</div>
<span></span><div class="ticks" aria-hidden="true">${midnights(test).map(
    ms => html`<span style="${place(ms, ms)}">${formatMoment(ms).replace(/ \d\d:\d\d$/, '')}</span>`,
  )}</div>
</div>`;
}

/** Midnights of a run, whole days apart. */
function midnights({ startMs, endMs }: AnomalyReport['test']): readonly number[] {
  const first = Math.ceil(startMs / dayMs) * dayMs;
  const apartMs = Math.max(1, Math.ceil((endMs - first) / dayMs / mostDates)) * dayMs;
  const all = Array.from({ length: Math.ceil((endMs - first) / apartMs) }, (_, index) => first + index * apartMs);
  // A date stands right of its line: close to the end it would leave the plot.
  return all.filter(ms => ms - startMs < 0.9 * (endMs - startMs));
}

/** What the marks of a strip mean. */
export const stripLegend = html`<p class="legend">
<span><i class="key found blatant"></i><i class="key found moderate"></i><i class="key found subtle"></i> anomaly found: blatant, moderate, subtle</span>
<span><i class="key missed"></i> anomaly missed</span> <span><i class="key near-miss"></i> near miss, must not alarm</span>
<span><i class="key alarm right"></i> right alarm</span> <span><i class="key alarm wrong"></i> false alarm</span></p>`;

/** The whole stream, as an area; it is stretched to its place. */
function curve({ series }: AnomalyReport): Html {
  const counts = series.channels[0]?.counts ?? [];
  const together = Math.max(1, Math.ceil(counts.length / mostPoints));
  const sums = Array.from({ length: Math.floor(counts.length / together) }, (_, index) =>
    sum(counts.slice(index * together, (index + 1) * together), count => count ?? 0),
  );
  const most = Math.max(1, ...sums);
  const points = sums.map((count, index) => `${index} ${Math.round(100 - (100 * count) / most)}`);
  return new Html(
    `<svg viewBox="0 0 ${Math.max(1, sums.length - 1)} 100" preserveAspectRatio="none" aria-hidden="true"><path d="M0 100L${points.join(' ')} ${sums.length - 1} 100z"/></svg>`,
  );
}
