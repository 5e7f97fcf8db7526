// Writes docs/architecture.svg: the wings of src/, what flows between them, and what each may import, as biome.json states it.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { importDirections } from './import-directions.js';

/** Where each wing stands, and what happens in it. Full width: x 20 to 780; two columns with a gap for the arrow between them. */
const boxes = {
  cli: { x: 20, y: 20, width: 760, height: 92, lines: ['verbs: options in, one call, tables and JSON out'] },
  app: { x: 20, y: 152, width: 760, height: 92, lines: ['experiments, streams, export: put shop and lab together'] },
  shop: {
    x: 20,
    y: 300,
    width: 335,
    height: 226,
    lines: ['Customers, staff and', 'anomalies send commands.', 'Services decide, and', 'publish events.'],
  },
  lab: {
    x: 445,
    y: 300,
    width: 335,
    height: 226,
    lines: [
      'report: tables and pages',
      'evaluation: what was right',
      'detectors: scores, alarms',
      'features: counts in windows',
    ],
  },
  broker: {
    x: 20,
    y: 632,
    width: 335,
    height: 180,
    lines: ['Topics of commands, events', 'and the truth: in a folder', 'or in Apache Kafka.'],
  },
  data: {
    x: 445,
    y: 632,
    width: 335,
    height: 180,
    lines: ['The collector reads topics', 'and writes a dataset:', 'events.csv, labels.jsonl …'],
  },
  base: { x: 20, y: 848, width: 760, height: 92, lines: ['errors, files, locks, words, hashes, time'] },
};

const lineHeight = 27;

/** What flows, in order: from a click to a row. `at` is where the text stands. */
const flows = [
  { path: 'M 64 256 V 292', text: ['1 a customer clicks'], at: [78, 284] },
  { path: 'M 64 526 V 624', text: ['2 commands,', 'events, truth'], at: [78, 572] },
  { path: 'M 248 632 V 534', text: ['3 to services', 'and customers'], at: [262, 572] },
  { path: 'M 355 722 H 437', text: ['4', 'collect'], at: [360, 685] },
  { path: 'M 489 632 V 534', text: ['5 records; labels for', 'training and scoring'], at: [503, 572] },
  { path: 'M 489 300 V 252', text: ['6 scores'], at: [503, 284] },
  { path: 'M 489 152 V 120', text: ['7 a row of the report'], at: [503, 140] },
];

/**
 * @param directions by wing, the wings that it may import, from the lowest up
 * @returns the picture, which shows itself in light or dark as the reader prefers
 */
export function architecturePicture(directions) {
  const unknown = [...directions.keys()].filter(wing => boxes[wing] === undefined);
  const gone = Object.keys(boxes).filter(wing => !directions.has(wing));
  if (unknown.length > 0 || gone.length > 0) {
    throw new Error(`Cannot draw the wings: ${[...unknown, ...gone]} are not in both biome.json and the picture`);
  }
  const apart = [...directions.keys()].flatMap((wing, index, wings) =>
    wings
      .slice(index + 1)
      .filter(other => !directions.get(wing).includes(other) && !directions.get(other).includes(wing))
      .map(other => `${wing} and ${other} never import each other`),
  );
  return `${[
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 990" role="img" aria-labelledby="title description">',
    '<title id="title">The seven wings of cqshop</title>',
    `<desc id="description">${description(directions)}</desc>`,
    style,
    '<defs><marker id="head" viewBox="0 0 10 10" refX="6" refY="5" markerWidth="6" markerHeight="6" orient="auto-start-reverse"><path d="M 0 0 L 10 5 L 0 10 z" class="head"/></marker></defs>',
    '<rect class="page" width="800" height="990" rx="12"/>',
    ...[...directions].reverse().map(([wing, allowed]) => box(wing, allowed)),
    ...flows.map(flow),
    `<text class="note" x="400" y="970" text-anchor="middle">${apart.join('; ')}.</text>`,
    '</svg>',
  ].join('\n')}\n`;
}

function box(wing, allowed) {
  const { x, y, width, height, lines } = boxes[wing];
  const imports = allowed.length === 0 ? 'imports no other wing' : `may import ${[...allowed].reverse().join(', ')}`;
  const isWide = width > 400;
  const texts = isWide
    ? [`<text class="name" x="${x + 16}" y="${y + 36}">${wing}</text>`, text('what', x + 100, y + 36, lines[0])]
    : [
        `<text class="name" x="${x + 16}" y="${y + 36}">${wing}</text>`,
        ...lines.map((line, index) => text('what', x + 16, y + 72 + index * lineHeight, line)),
      ];
  return [
    `<g class="${wing}">`,
    `<rect class="wing" x="${x}" y="${y}" width="${width}" height="${height}" rx="10"/>`,
    ...texts,
    text('imports', isWide ? x + 100 : x + 16, y + height - 18, imports),
    '</g>',
  ].join('\n');
}

function flow({ path, text: lines, at: [x, y] }) {
  return [
    `<path class="flow" d="${path}" marker-end="url(#head)"/>`,
    ...lines.map((line, index) => text('label', x, y + index * 23, line)),
  ].join('\n');
}

function text(kind, x, y, content) {
  return `<text class="${kind}" x="${x}" y="${y}">${content}</text>`;
}

/** The picture in words, for those who cannot see it. */
function description(directions) {
  const imports = [...directions].map(([wing, allowed]) =>
    allowed.length === 0 ? `${wing} imports no other wing.` : `${wing} may import ${allowed.join(', ')}.`,
  );
  return [
    'A customer of the shop clicks. Commands, events and the truth go from shop to broker and back.',
    'The collector in data reads them from broker and writes a dataset.',
    'lab reads records from data, and labels for training and scoring.',
    'Scores go from lab to app, and a row of the report from app to cli.',
    ...imports,
  ].join(' ');
}

/** The page has a background of its own: GitHub shows pictures by the scheme of the system, which may not be that of its page. */
const style = `<style>
text { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; fill: #1f2328; }
.page { fill: #ffffff; }
.wing { fill: #f6f8fa; stroke: #6e7781; stroke-width: 1.5; }
.shop .wing { fill: #ddf4ff; stroke: #0969da; }
.lab .wing { fill: #fbefff; stroke: #8250df; }
.broker .wing { fill: #fff8c5; stroke: #9a6700; }
.data .wing { fill: #dafbe1; stroke: #1a7f37; }
.name { font-size: 25px; font-weight: 700; }
.what { font-size: 21px; }
.label { font-size: 20px; font-weight: 600; fill: #0b5a2b; }
.imports, .note { font-size: 18px; fill: #57606a; }
.flow { fill: none; stroke: #1a7f37; stroke-width: 4; }
.head { fill: #1a7f37; }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3; }
.page { fill: #0d1117; }
.wing { fill: #161b22; stroke: #8b949e; }
.shop .wing { fill: #0c2d6b; stroke: #58a6ff; }
.lab .wing { fill: #3c1e70; stroke: #bc8cff; }
.broker .wing { fill: #4b2900; stroke: #d29922; }
.data .wing { fill: #033a16; stroke: #3fb950; }
.label { fill: #7ee787; }
.imports, .note { fill: #b1bac4; }
.flow { stroke: #3fb950; }
.head { fill: #3fb950; }
}
</style>`;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const directions = importDirections(readFileSync(new URL('../biome.json', import.meta.url), 'utf8'));
  writeFileSync(new URL('../docs/architecture.svg', import.meta.url), architecturePicture(directions));
}
