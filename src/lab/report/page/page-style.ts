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
  --c1: #0072b2; --c6: #7a4fb5; }
@media (prefers-color-scheme: dark) { :root:not(.paper) {
  --page: #0f1318; --card: #171c23; --text: #e6e9ed; --muted: #9aa4af; --faint: #4a535d; --line: #343c46; --grid: #262d35;
  --accent: #6cb6ff; --zoom: rgba(86, 180, 233, 0.2); --forecast: #56b4e9;
  --blatant: #e8701a; --moderate: #a85b1f; --subtle: #6b4320; --near-miss: #8b949e; --near-miss-fill: rgba(139, 148, 158, 0.22);
  --right: #2fc39a; --wrong: #f07cc0;
  --c1: #56b4e9; --c6: #b79bea; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 3.5rem; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.45 system-ui, -apple-system, "Segoe UI", sans-serif; }
header, main, footer { max-width: 80rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 0.5rem; } header:not(:has(nav)) { padding-bottom: 0.5rem; }
.head { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 1rem; }
h1, h2, h3 { overflow-wrap: anywhere; }
h1 { font-size: 1.35rem; margin: 0; line-height: 1.3; }
h2 { font-size: 1.15rem; margin: 0 0 0.25rem; }
h3 { font-size: 1rem; margin: 0 0 0.5rem; }
a { color: var(--accent); }
main:focus { outline: none; } :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -100rem; } .skip:focus { left: 0.5rem; top: 0.5rem; background: var(--card); padding: 0.5rem; z-index: 9; }
code { font: 0.88em ui-monospace, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
nav { display: flex; flex-wrap: wrap; gap: 0 0.25rem; margin: 0.15rem 0 0.6rem; border-bottom: 1px solid var(--line); }
nav a { padding: 0.3rem 0.7rem; text-decoration: none; border-bottom: 3px solid transparent; }
nav a:hover { border-color: var(--line); } nav a[aria-current] { border-color: var(--accent); color: var(--text); font-weight: 650; }
.part { scroll-margin-top: 12rem; }
.scripted .part:not(.open) { display: none; } .paper .part:not(.open) { display: block; }
.target { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.hint, .lead { color: var(--muted); } p.hint { margin: 0.25rem 0; font-size: 0.88rem; }
.lead { margin: 0 0 0.5rem; }
.card, .story { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 0.6rem 1rem; margin: 0 0 0.8rem; }
.stories { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); gap: 0.75rem; align-items: start; }
.story { margin: 0; min-width: 0; } .story h2 a { text-decoration: none; } .story h2 { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; }
.story p { margin: 0.1rem 0 0.4rem; font-size: 0.92rem; }
.strip { display: grid; grid-template-columns: 5.2rem minmax(0, 1fr); gap: 2px 0.4rem; align-items: center; font-size: 0.75rem; }
.lane-name { color: var(--muted); text-align: right; white-space: nowrap; }
.lane { position: relative; height: 14px; background: color-mix(in srgb, var(--grid) 60%, transparent); border-radius: 2px; overflow: hidden; }
.lane.curve { height: 50px; background: none; border-bottom: 1px solid var(--line); border-radius: 0; }
.curve svg { display: block; width: 100%; height: 100%; position: relative; } .curve path { fill: var(--c1); opacity: 0.75; }
.shade { position: absolute; top: 0; bottom: 0; min-width: 4px; background: var(--moderate); opacity: 0.45; }
.bar { position: absolute; top: 1px; bottom: 1px; min-width: 5px; border-radius: 2px; } .bar:focus-visible { outline-offset: -1px; z-index: 1; }
.found.blatant { background: var(--blatant); } .found.moderate { background: var(--moderate); } .found.subtle { background: var(--subtle); }
.bar.found, .key.found { border: 1px solid var(--text); }
.missed { background: repeating-linear-gradient(45deg, var(--card) 0 2px, var(--wrong) 2px 4px); border: 1px solid var(--wrong); }
.near-miss { background: var(--near-miss-fill); border: 1px dashed var(--near-miss); }
.near-miss.alarmed { border: 2px solid var(--wrong); }
.alarm.right { background: var(--right); } .alarm.wrong { background: var(--card); border: 2px solid var(--wrong); }
.ticks { position: relative; height: 1.1rem; color: var(--muted); } .ticks span { position: absolute; white-space: nowrap; border-left: 1px solid var(--line); padding-left: 3px; }
.versus { margin-top: 0.3rem; font-size: 0.85rem; } .versus th, .versus td { padding: 0.12rem 0.35rem; } .versus td:last-child { width: 38%; }
.versus small { white-space: nowrap; }
.on-track { display: flex; align-items: center; gap: 0.5rem; white-space: nowrap; font-variant-numeric: tabular-nums; }
.track { position: relative; flex: 1; min-width: 3.5rem; height: 0.7rem; border-bottom: 1px solid var(--line); background: linear-gradient(90deg, var(--line) 1px, transparent 1px) 0 0 / 25% 100%, linear-gradient(var(--line), var(--line)) 100% 0 / 1px 100% no-repeat; }
.track i { position: absolute; display: block; } .dot { width: 9px; height: 9px; margin-left: -4.5px; top: 1px; border-radius: 50%; background: var(--muted); border: 1px solid var(--card); }
.interval { top: 4px; height: 3px; background: var(--muted); opacity: 0.7; }
tr.learner .dot, tr.learner .interval { background: var(--accent); }
tr.baseline .dot { border-radius: 1px; } tr.reference .dot { transform: rotate(45deg); border-radius: 0; }
.caveats { font-size: 0.85rem; margin: 0.35rem 0 0; } .caveats ul { margin: 0.25rem 0 0; padding-left: 1.1rem; }
.controls { display: flex; flex-wrap: wrap; gap: 0.4rem 1rem; justify-content: space-between; align-items: center; font-size: 0.9rem; }
select { font: inherit; color: var(--text); background: var(--page); border: 1px solid var(--line); border-radius: 6px; padding: 0.1rem 0.3rem; max-width: 100%; }
.incident { border: 1px solid var(--line); border-radius: 8px; padding: 0.35rem 0.7rem; margin: 0.4rem 0; }
.incident summary { color: var(--text); } .incident p { margin: 0.4rem 0; } .incident .when { margin-left: 0.4rem; } .incident .who { margin-left: 0.6rem; } .incident .who span { display: inline-block; } .incident .score { margin-left: 0.6rem; color: var(--muted); }
.incident div details { display: inline-block; vertical-align: top; margin: 0; }
.sweeps { display: grid; grid-template-columns: repeat(auto-fit, minmax(22rem, 1fr)); gap: 1rem; } .sweep figcaption { font-size: .85rem; font-weight: 600; }
figure.sweep { margin: 0; max-width: 36rem; } .sweep svg { width: 100%; display: block; } .sweep text { font: 11px system-ui, sans-serif; fill: var(--muted); }
.sweep .grid { stroke: var(--grid); fill: none; } .sweep .line { fill: none; stroke: var(--faint); stroke-width: 1.2; } .sweep .learner .line { stroke: var(--accent); stroke-width: 2.2; }
.sweep .reference .line { stroke: var(--right); stroke-dasharray: 5 3; stroke-width: 1.8; } .sweep .external .line { stroke: var(--blatant); stroke-width: 1.8; } .sweep .bar-of { stroke: var(--accent); stroke-width: 1; }
.sweep text.learner { fill: var(--accent); font-weight: 700; } .sweep text.reference { fill: var(--right); }
.intervals { font-size: 0.85rem; } .intervals td:has(.on-track) { min-width: 9rem; } .intervals td small { white-space: nowrap; } .intervals .on-track { justify-content: start; } .intervals .track { max-width: 8rem; } td.learner .dot, td.learner .interval { background: var(--accent); }
.kinds td, .versus.kinds td:last-child { width: 25%; } .kinds .track { min-width: 2rem; } .kinds .on-track > span:last-child { min-width: 3rem; }
.runs { width: auto; border-spacing: 2px; border-collapse: separate; font-size: 0.75rem; } .runs th { white-space: nowrap; } .runs th.run { writing-mode: vertical-rl; padding: 0.2rem 0; font-weight: 400; }
.square { width: 1rem; height: 1.2rem; min-width: 1rem; padding: 0; text-align: center; border: 1px solid var(--line); border-radius: 3px; } .square.all { background: var(--accent); color: var(--card); } .square.some { background: color-mix(in srgb, var(--accent) 35%, var(--card)); }
.square.nothing { background: repeating-linear-gradient(45deg, var(--card) 0 3px, var(--faint) 3px 5px); }
h4 { font-size: 0.92rem; margin: 0.8rem 0 0.1rem; }
.chain { margin: 0.3rem 0; padding: 0; list-style: none; font-size: 0.88rem; border-left: 2px solid var(--line); }
.chain li { position: relative; padding: 0.1rem 0 0.1rem 0.9rem; } .chain li::before { content: ""; position: absolute; left: -5px; top: 0.55em; width: 8px; height: 8px; border-radius: 50%; background: var(--accent); }
.chain li.command::before { background: var(--card); border: 2px solid var(--accent); border-radius: 1px; } .chain li.gap::before { background: var(--line); }
.chain .when { color: var(--muted); margin: 0 0.4rem 0 0; font-variant-numeric: tabular-nums; } .chain .cause { color: var(--wrong); font-size: 0.85em; overflow-wrap: anywhere; }
.votes { display: flex; align-items: flex-end; gap: 1px; height: 2.2rem; max-width: 22rem; border-bottom: 1px solid var(--line); } .votes i { flex: 1; background: var(--accent); opacity: 0.75; }
.way ol { margin: 0.2rem 0; padding-left: 1.6rem; font-size: 0.88rem; } .way li { margin: 0.15rem 0; }
.answer { display: inline-block; font-size: 0.85em; color: var(--muted); border: 1px solid var(--line); border-radius: 999px; padding: 0 0.55em; }
.scroll { overflow-x: auto; background: linear-gradient(90deg, var(--card) 1rem, transparent) local, linear-gradient(-90deg, var(--card) 1rem, transparent) 100% 0 / 2rem 100% no-repeat local, linear-gradient(90deg, var(--line), transparent) 0 0 / 0.6rem 100% no-repeat, linear-gradient(-90deg, var(--line), transparent) 100% 0 / 0.6rem 100% no-repeat; }
.words code { white-space: nowrap; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; } table.narrow { width: auto; }
table.compared td { white-space: nowrap; }
th, td { text-align: left; padding: 0.3rem 0.6rem; border-bottom: 1px solid var(--grid); vertical-align: top; }
thead :is(th, td) { border-bottom: 1px solid var(--line); color: var(--muted); font-weight: 600; vertical-align: bottom; }
.results { font-size: 0.85rem; } .results th, .results td { padding: 0.3rem 0.35rem; } .results thead th.n { white-space: normal; } .results td small { display: block; }
tbody th { font-weight: 600; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.when { white-space: nowrap; }
.sortable thead th { cursor: pointer; }
.sortable thead th[aria-sort]::after { content: " ↓"; } .sortable thead th[aria-sort=ascending]::after { content: " ↑"; }
.results tr.learner > * { background: color-mix(in srgb, var(--accent) 12%, var(--card)); }
tr.control { color: var(--muted); font-style: italic; }
.best { font-weight: 700; }
small { color: var(--muted); font-weight: 400; }
.words td:nth-last-child(2) { min-width: 12rem; } .words td:first-child { white-space: nowrap; }
button { font: inherit; font-size: 0.8rem; color: var(--accent); background: none; border: 1px solid var(--line); border-radius: 6px; padding: 0.1rem 0.5rem; cursor: pointer; }
button:hover, button:focus-visible { border-color: var(--accent); }
.verdict { white-space: nowrap; font-weight: 650; }
.verdict.open { color: var(--muted); } .verdict.right { color: var(--right); } .verdict.wrong { color: var(--wrong); }
.chart { margin: 0.5rem 0; width: 100%; height: 300px; }
.legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1rem; margin: 0.5rem 0 0; font-size: 0.82rem; color: var(--muted); }
.key { display: inline-block; width: 1.1em; height: 0.8em; margin-right: 0.15em; border-radius: 2px; vertical-align: -0.05em; }
.key.band { background: color-mix(in srgb, var(--forecast) 30%, transparent); border: 1px dashed var(--forecast); }
.mark { font-style: normal; margin-right: 0.3em; font-weight: 700; } .mark.right { color: var(--right); } .mark.wrong { color: var(--wrong); }
.tree { font-size: 0.92rem; overflow-x: auto; }
.tree ul { list-style: none; margin: 0.25rem 0 0 0.35rem; padding: 0 0 0 1rem; border-left: 2px solid var(--line); }
.tree li { margin: 0.55rem 0; position: relative; }
.tree li::before { content: ""; position: absolute; left: -1rem; top: 0.75em; width: 0.7rem; border-top: 2px solid var(--line); }
.tree .answer { margin-bottom: 0.15rem; }
.proportion { color: var(--muted); font-size: 0.9em; white-space: nowrap; margin-left: 0.5em; }
.proportion .bar { display: inline-block; position: static; width: 6rem; height: 0.65em; background: var(--grid); border: 1px solid var(--line); border-radius: 2px; overflow: hidden; }
.proportion .bar i { display: block; height: 100%; background: var(--blatant); }
pre { background: var(--page); border: 1px solid var(--line); border-radius: 6px; padding: 0.7rem 0.9rem; white-space: pre-wrap; overflow-wrap: anywhere; margin: 0.5rem 0; }
details { margin: 0.5rem 0; } summary { cursor: pointer; color: var(--accent); }
dl.columns { display: grid; grid-template-columns: max-content 1fr; gap: 0.1rem 0.8rem; margin: 0.25rem 0; font-size: 0.88rem; } .columns dt { font-weight: 600; } .columns dd { margin: 0; color: var(--muted); }
footer { color: var(--muted); font-size: 0.85rem; padding-bottom: 2rem; }
@media (max-width: 40rem) {
  header, main, footer { padding-left: 0.6rem; padding-right: 0.6rem; }
  .card, .story { padding: 0.7rem 0.6rem; }
  nav { flex-wrap: nowrap; overflow-x: auto; } nav a { white-space: nowrap; }
  .proportion { display: block; margin-left: 0; white-space: normal; } .proportion .bar { width: 3rem; }
  .versus td:last-child { width: 34%; } .on-track { flex-direction: column; align-items: stretch; gap: 0; white-space: normal; } .track { flex: none; }
  .intervals td:has(.on-track) { min-width: 0; } .intervals th, .intervals td, .results th, .results td { padding: 0.3rem 0.25rem; }
  .scroll .results tr > :first-child:not([colspan]) { position: sticky; left: 0; max-width: 6rem; } .scroll .results tr:not(.learner) > :first-child { background: var(--card); }
  .versus th, .versus td { padding: 0.3rem 0.25rem; overflow-wrap: anywhere; } .versus td.n { overflow-wrap: normal; }
  .words thead { display: none; }
  .words tr { display: block; padding: 0.5rem 0; border-bottom: 1px solid var(--grid); }
  .words td { display: block; border: 0; padding: 0; text-align: left; }
  .words td:first-child { font-weight: 600; }
  .audit td:nth-child(-n+3) { display: inline; } .audit td:nth-child(n+2):nth-child(-n+3)::before { content: "\\00a0· "; color: var(--muted); }
  .compared thead { display: none; } .compared tr { display: grid; grid-template-columns: 1fr 1fr; padding: 0.4rem 0; border-bottom: 1px solid var(--grid); }
  .compared th, .compared td { border: 0; padding: 0; } .compared th { grid-column: 1 / -1; } .compared td::before { content: attr(data-name) " "; color: var(--muted); }
  .ticks span:nth-child(even) { display: none; }
}
@media print {
  :root { color-scheme: light; font-size: 10.5px; }
  body { background: none; font-size: 1rem; }
  header, main, footer { max-width: none; padding: 0; }
  th, td { padding: 0.15rem 0.3rem; } td, tbody th { overflow-wrap: anywhere; } .words td:first-child, .n { white-space: normal; } .words td:nth-last-child(2), .intervals td { min-width: 0; }
  .versus td:last-child { width: 34%; } .on-track { flex-direction: column; align-items: stretch; gap: 0; } .track { flex: none; min-width: 0; height: 10px; }
  .controls, .skip, .words td:last-child:has(button), .words thead td { display: none; }
  .card, .story { border-color: #bbb; }
  h2, h3 { break-after: avoid; } figure, tr, .story, .incident { break-inside: avoid; }
  button, nav { display: none; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .stories { grid-template-columns: 1fr 1fr; }
  .scroll { overflow: visible; background: none; } .results td:nth-child(2) { overflow-wrap: normal; }
  .part + .part { break-before: page; }
  .chart, .chart > div, .chart > div > div, .chart svg { width: 100% !important; height: auto !important; }
  .chart svg { position: static !important; }
}
`;
