import { formatFigure } from '../result-columns.ts';
import { type Html, html, nothing } from './html.ts';

/**
 * A figure between 0 and 1 as a dot, its 95 % interval as a bar, and both as numbers.
 *
 * @param options.style `short`: the numbers of the interval are in the tooltip only
 * @param options.text the figure in words; default: with two decimals
 */
export function trackHtml(
  figure: number | null,
  low: number | null = null,
  high: number | null = null,
  {
    style = 'full',
    text = formatFigure(figure, 2),
  }: { readonly style?: 'full' | 'short'; readonly text?: string } = {},
): Html {
  const percent = (share: number) => `${(100 * Math.min(1, Math.max(0, share))).toFixed(1)}%`;
  const hasInterval = low !== null && high !== null;
  const interval = hasInterval
    ? html`<i class="interval" style="left:${percent(low)};width:${percent(high - low)}"></i>`
    : nothing;
  const dot = figure === null ? nothing : html`<i class="dot" style="left:${percent(figure)}"></i>`;
  const numbers = hasInterval ? `${low.toFixed(2)} to ${high.toFixed(2)}` : '';
  const shown = style === 'full' && hasInterval ? html` <small>(${numbers})</small>` : nothing;
  return html`<span class="on-track" title="${numbers}"><span class="track" aria-hidden="true">${interval}${dot}</span><span>${text}${shown}</span></span>`;
}
