import { hourMs } from '../../base/time.ts';
import { type Html, html } from './html.ts';
import { timelineId } from './part-ids.ts';

/** Shows the time around it in the timeline. */
export function zoomButton(anomaly: string, startMs: number, endMs: number): Html {
  const margin = Math.max(6 * hourMs, endMs - startMs);
  return html`<button type="button" aria-label="show in the chart" data-chart="${timelineId(anomaly)}" data-start="${startMs - margin}" data-end="${endMs + margin}">show</button>`;
}
