import { hourMs, type Span } from '../../../base/time.ts';
import type { Entity } from '../../../data/dataset/truth.ts';
import { type Html, html, nothing } from './html.ts';
import { timelineId } from './part-ids.ts';

/** Shows the time around it in the timeline; of a channel, in its own plot. */
export function zoomButton(
  anomaly: string,
  { startMs, endMs, entities }: Span & { readonly entities: readonly Entity[] },
): Html {
  const margin = Math.max(6 * hourMs, endMs - startMs);
  const channel = entities.find(({ type }) => type === 'channel');
  return html`<button type="button" aria-label="show in the chart" data-chart="${timelineId(anomaly)}" data-start="${startMs - margin}" data-end="${endMs + margin}"${channel === undefined ? nothing : html` data-channel="${channel.id}"`}>show</button>`;
}
