import { Html, html, nothing } from './html.ts';
import { pageScript } from './page-script.ts';
import { pageStyle } from './page-style.ts';

/** A part of a page, shown by itself on a screen; printed, the parts follow each other. */
export type PagePart = { readonly id: string; readonly title: string; readonly content: Html };

/** What holds for all figures of a run and of an evaluation. */
export const footerOfResults =
  'Thresholds were fixed before any test label was read. There is no point adjustment. All times are virtual and UTC.';

/**
 * One page that needs no network. With a script it shows one part at a time, the one that the address names or that holds what the address names.
 *
 * @param page.chartLibrary the source of ECharts, which goes into the page; left out where no part has a chart
 */
export function pageHtml(page: {
  readonly title: string;
  readonly heading: string;
  readonly about: string;
  readonly parts: readonly PagePart[];
  readonly footer: string;
  readonly chartLibrary?: string;
}): string {
  const { title, heading, about, parts, footer, chartLibrary } = page;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>cqshop: ${title}</title>
<link rel="icon" href="data:,">
<style>${new Html(pageStyle)}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header>
<div class="head"><h1>${heading}</h1><span class="hint">${about}</span></div>
${parts.length < 2 ? nothing : html`<nav aria-label="parts of the report">${parts.map(part => html`<a href="#${part.id}">${part.title}</a>`)}</nav>`}
</header>
<main id="content" tabindex="-1">
${parts.map(
  part => html`<section class="part" id="${part.id}" aria-label="${part.title}">
${part.content}
</section>`,
)}
</main>
<footer>${footer}</footer>
${chartLibrary === undefined ? nothing : html`<script>${new Html(chartLibrary)}</script>`}
<script>${new Html(pageScript)}</script>
</body>
</html>
`.text;
}
