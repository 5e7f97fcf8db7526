/**
 * The style of the page. Colours are variables, which the charts use too. They are Okabe and Ito's palette, which people with any colour vision can
 * distinguish; a shape, lane or word always repeats what a colour shows.
 */
export const pageStyle = `
:root { color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --text: #1b1f24; --muted: #57606a; --faint: #b6bdc5; --line: #d0d7de; --grid: #e9ecef;
  --accent: #0059a0; --zoom: rgba(0, 114, 178, 0.15); --forecast: #0072b2;
  --blatant: #d55e00; --moderate: #f09a4e; --subtle: #f8cfa6; --near-miss: #6e7781; --near-miss-fill: rgba(110, 119, 129, 0.18);
  --right: #007a5a; --wrong: #b0257a;
  --c1: #0072b2; --c2: #009e73; --c3: #cc79a7; --c4: #8a6d00; --c5: #56b4e9; --c6: #7a4fb5; }
@media (prefers-color-scheme: dark) { :root:not(.paper) {
  --page: #0f1318; --card: #171c23; --text: #e6e9ed; --muted: #9aa4af; --faint: #4a535d; --line: #343c46; --grid: #262d35;
  --accent: #6cb6ff; --zoom: rgba(86, 180, 233, 0.2); --forecast: #56b4e9;
  --blatant: #e8701a; --moderate: #a85b1f; --subtle: #6b4320; --near-miss: #8b949e; --near-miss-fill: rgba(139, 148, 158, 0.22);
  --right: #2fc39a; --wrong: #f07cc0;
  --c1: #56b4e9; --c2: #2fc39a; --c3: #e79ac6; --c4: #e6c34a; --c5: #9ecbff; --c6: #b79bea; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
header, main, footer { max-width: 74rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 1.5rem; }
h1 { font-size: 1.6rem; margin: 0; line-height: 1.2; }
h2 { font-size: 1.3rem; margin: 0 0 0.25rem; }
h3 { font-size: 1rem; margin: 1.75rem 0 0.5rem; }
a { color: var(--accent); }
code { font: 0.88em ui-monospace, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
nav { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; margin-top: 0.5rem; }
.hint, .lead { color: var(--muted); } p.hint { margin: 0.25rem 0; font-size: 0.88rem; }
.lead { margin: 0; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1.25rem; margin: 1.25rem 0; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(15.5rem, 1fr)); gap: 1rem; margin: 1.25rem 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1rem 1.1rem; color: inherit; text-decoration: none; display: block; }
.card b.name { display: block; color: var(--accent); }
.card .big { font-size: 1.5rem; font-weight: 650; line-height: 1.3; }
.card dl { display: grid; grid-template-columns: 1fr auto; gap: 0.05rem 0.75rem; margin: 0.5rem 0 0; font-size: 0.9rem; }
.card dt { color: var(--muted); } .card dd { margin: 0; text-align: right; font-variant-numeric: tabular-nums; }
.card .against { margin: 0.6rem 0 0; padding-top: 0.5rem; border-top: 1px solid var(--line); font-size: 0.9rem; }
.notes li { margin: 0.2rem 0; }
.scroll { overflow-x: auto; } .scroll.long { max-height: 34rem; overflow-y: auto; }
.long thead th { position: sticky; top: 0; background: var(--card); z-index: 1; }
.words code { white-space: nowrap; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; }
th, td { text-align: left; padding: 0.3rem 0.6rem; border-bottom: 1px solid var(--grid); vertical-align: top; }
thead th { border-bottom: 1px solid var(--line); color: var(--muted); font-weight: 600; vertical-align: bottom; }
.results { font-size: 0.85rem; } .results th, .results td { padding: 0.3rem 0.35rem; } .results thead th.n { white-space: normal; }
tbody th { font-weight: 600; white-space: nowrap; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.when { white-space: nowrap; }
.sortable thead th:not(.bare) { cursor: pointer; }
.sortable thead th[aria-sort]::after { content: " ↓"; } .sortable thead th[aria-sort=ascending]::after { content: " ↑"; }
tr.learner > * { background: color-mix(in srgb, var(--accent) 12%, transparent); }
tr.control { color: var(--muted); font-style: italic; }
.best { font-weight: 700; }
small { color: var(--muted); font-weight: 400; }
.words td:nth-last-child(2) { min-width: 12rem; } .words td:first-child { white-space: nowrap; }
button { font: inherit; font-size: 0.8rem; color: var(--accent); background: none; border: 1px solid var(--line); border-radius: 6px; padding: 0.1rem 0.5rem; cursor: pointer; }
button:hover, button:focus-visible { border-color: var(--accent); }
.verdict { white-space: nowrap; font-weight: 650; }
.verdict.right { color: var(--right); } .verdict.wrong { color: var(--wrong); }
.chart { margin: 0.5rem 0; width: 100%; height: 300px; }
.chart.timeline { height: 440px; }
.legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1rem; margin: 0.25rem 0 0; font-size: 0.85rem; }
.swatch { display: inline-block; width: 1.1em; height: 0.75em; margin-right: 0.35em; border: 1px solid var(--muted); border-radius: 2px; }
.swatch.blatant { background: var(--blatant); } .swatch.moderate { background: var(--moderate); } .swatch.subtle { background: var(--subtle); }
.swatch.near-miss { background: var(--near-miss-fill); border: 1px dashed var(--near-miss); }
.mark { font-style: normal; margin-right: 0.3em; font-weight: 700; } .mark.right { color: var(--right); } .mark.wrong { color: var(--wrong); }
.tree { font-size: 0.92rem; overflow-x: auto; }
.tree ul { list-style: none; margin: 0.25rem 0 0 0.35rem; padding: 0 0 0 1rem; border-left: 2px solid var(--line); }
.tree li { margin: 0.55rem 0; position: relative; }
.tree li::before { content: ""; position: absolute; left: -1rem; top: 0.75em; width: 0.7rem; border-top: 2px solid var(--line); }
.tree .answer { display: inline-block; font-size: 0.85em; color: var(--muted); border: 1px solid var(--line); border-radius: 999px; padding: 0 0.55em; margin-bottom: 0.15rem; }
.proportion { color: var(--muted); font-size: 0.9em; white-space: nowrap; margin-left: 0.5em; }
.proportion .bar { display: inline-block; width: 6rem; height: 0.65em; background: var(--grid); border: 1px solid var(--line); border-radius: 2px; overflow: hidden; }
.proportion .bar i { display: block; height: 100%; background: var(--blatant); }
pre { background: var(--page); border: 1px solid var(--line); border-radius: 6px; padding: 0.7rem 0.9rem; white-space: pre-wrap; overflow-wrap: anywhere; margin: 0.5rem 0; }
details { margin: 0.5rem 0; } summary { cursor: pointer; color: var(--accent); }
footer { color: var(--muted); font-size: 0.85rem; padding-bottom: 2rem; }
@media (max-width: 40rem) {
  header, main, footer { padding-left: 0.75rem; padding-right: 0.75rem; }
  section { padding: 0.9rem 0.75rem; }
  .proportion { display: block; margin-left: 0; }
  .words thead { display: none; }
  .words tr { display: block; padding: 0.5rem 0; border-bottom: 1px solid var(--grid); }
  .words td { display: block; border: 0; padding: 0; text-align: left; }
  .words td.n::before { content: "score "; }
  .words td:first-child { font-weight: 600; }
}
@media print {
  body { background: none; font-size: 11px; }
  section, .card { border-color: #bbb; }
  h2, h3 { break-after: avoid; } figure, tr, .card { break-inside: avoid; }
  button, nav { display: none; }
  .scroll, .scroll.long { overflow: visible; max-height: none; }
  section + section { break-before: page; }
  .chart > div, .chart > div > div, .chart svg { width: 100% !important; height: 100% !important; }
}
`;
