// Draws docs/images/sample.svg, the picture of the README: messages per hour of datasets/sample, what was injected, and the alarms that the
// committed models raise. Writes it to the file given, or in place. Run `npm run docs:picture`, which builds first.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { hourMs } from '../dist/base/time.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const dataset = join(root, 'datasets/sample');

const table = path => parse(readFileSync(path, 'utf8'), { columns: true });
const jsonLines = path =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line));
const interval = ({ start, end }, text) => ({ startMs: Date.parse(start), endMs: Date.parse(end), text });

/** The alarms of one committed model over the dataset. */
function alarmsOf(anomaly) {
  const out = mkdtempSync(join(tmpdir(), 'cqshop-picture-'));
  try {
    const command = ['bin/cqshop.js', 'detect', anomaly, '--dataset', dataset, '--out', out, '--quiet'];
    execFileSync(process.execPath, command, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
    return table(join(out, 'detections.csv'));
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

const run = JSON.parse(readFileSync(join(dataset, 'manifest.json'), 'utf8'));
const startMs = Date.parse(run.start);
const hours = (Date.parse(run.end) - startMs) / hourMs;

const direct = new Set(
  table(join(dataset, 'caused.csv'))
    .filter(({ relation }) => relation === 'direct')
    .map(row => row.message_id),
);
const counts = Array.from({ length: hours }, () => ({ ordinary: 0, caused: 0 }));
for (const { id, time } of table(join(dataset, 'events.csv'))) {
  const count = counts[Math.floor((Date.parse(time) - startMs) / hourMs)];
  if (count !== undefined) count[direct.has(id) ? 'caused' : 'ordinary'] += 1;
}

const labels = jsonLines(join(dataset, 'labels.jsonl'));
const anomalies = [...new Set(labels.map(({ anomaly }) => anomaly))];
const lanes = [
  { name: 'injected anomaly', colour: 'caused', intervals: labels.map(label => interval(label, label.anomaly)) },
  {
    name: 'near miss',
    colour: 'miss',
    intervals: jsonLines(join(dataset, 'near_misses.jsonl')).map(miss => interval(miss, miss.anomaly)),
  },
  {
    name: 'alarm raised',
    colour: 'alarm',
    intervals: anomalies
      .flatMap(alarmsOf)
      .map(alarm => interval(alarm, `${alarm.entity_type} ${alarm.entity_id}`))
      .sort((a, b) => a.startMs - b.startMs),
  },
];

const width = 880;
const left = 130;
const right = 20;
const top = 46;
const plotHeight = 150;
const laneTop = top + plotHeight + 38;
const laneHeight = 32;
const height = laneTop + lanes.length * laneHeight + 12;
const hourWidth = (width - left - right) / hours;
const stepCount = 200;
const most = Math.ceil(Math.max(...counts.map(({ ordinary, caused }) => ordinary + caused)) / stepCount) * stepCount;

const short = number => String(Number(number.toFixed(1)));
const x = ms => short(left + ((ms - startMs) / hourMs) * hourWidth);
const y = count => top + plotHeight * (1 - count / most);
const text = (at, atY, words, options = '') => `<text x="${at}" y="${atY}"${options}>${words}</text>`;
const bar = (hour, from, to, colour) =>
  `<rect class="${colour}" x="${short(left + hour * hourWidth + 1)}" y="${short(y(to))}" width="${short(hourWidth - 2)}" height="${short(y(from) - y(to))}"/>`;

const key = [
  { words: 'messages per hour', colour: 'ordinary', at: left },
  { words: 'caused by an anomaly', colour: 'caused', at: left + 145 },
];
const steps = Array.from({ length: most / stepCount + 1 }, (_, step) => step * stepCount);
const quarters = Array.from({ length: hours / 6 + 1 }, (_, quarter) => quarter * 6);
const clock = hour => (hour % 24 === 0 ? `day ${hour / 24}` : `${String(hour % 24).padStart(2, '0')}:00`);

const svg = [
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title">`,
  '<title id="title">Messages per hour in two days of the sample dataset, with what was injected and the alarms that were raised</title>',
  `<style>
  text { font: 12px system-ui, sans-serif; fill: #57606a; }
  .card { fill: #ffffff; stroke: #d0d7de; } .line { stroke: #d8dee4; }
  .ordinary { fill: #8c959f; } .caused { fill: #cf222e; } .miss { fill: #0969da; } .alarm { fill: #bc4c00; }
  @media (prefers-color-scheme: dark) {
    text { fill: #9198a1; }
    .card { fill: #0d1117; stroke: #3d444d; } .line { stroke: #2a313c; }
    .ordinary { fill: #656c76; } .caused { fill: #f85149; } .miss { fill: #4493f8; } .alarm { fill: #db6d28; }
  }
</style>`,
  `<rect class="card" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="6"/>`,
  ...key.flatMap(({ words, colour, at }) => [
    `<rect class="${colour}" x="${at}" y="17" width="10" height="10"/>`,
    text(at + 16, 26, words),
  ]),
  ...steps.flatMap(count => [
    `<line class="line" x1="${left}" x2="${width - right}" y1="${short(y(count))}" y2="${short(y(count))}"/>`,
    text(left - 8, short(y(count) + 4), String(count), ' text-anchor="end"'),
  ]),
  ...counts.flatMap(({ ordinary, caused }, hour) => [
    ...(ordinary > 0 ? [bar(hour, 0, ordinary, 'ordinary')] : []),
    ...(caused > 0 ? [bar(hour, ordinary, ordinary + caused, 'caused')] : []),
  ]),
  ...quarters
    .slice(0, -1)
    .map(hour => text(short(left + hour * hourWidth), top + plotHeight + 18, clock(hour), ' text-anchor="middle"')),
  ...lanes.flatMap(({ name, colour, intervals }, lane) => {
    const base = laneTop + lane * laneHeight;
    return [
      text(left - 8, base + 15, name, ' text-anchor="end"'),
      ...intervals.flatMap(({ startMs: from, endMs: to, text: words }, index) => {
        const next = intervals[index + 1];
        // Words go left of the bar's end where the next bar is too near for them.
        const isTight = next !== undefined && next.startMs - from < 5 * hourMs;
        return [
          `<rect class="${colour}" x="${x(from)}" y="${base}" width="${short(((to - from) / hourMs) * hourWidth)}" height="8" rx="2"/>`,
          isTight ? text(x(to), base + 21, words, ' text-anchor="end"') : text(x(from), base + 21, words),
        ];
      }),
    ];
  }),
  '</svg>',
  '',
].join('\n');

writeFileSync(process.argv[2] ?? join(root, 'docs/images/sample.svg'), svg);
