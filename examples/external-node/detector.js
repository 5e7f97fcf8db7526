// A detector for `cqshop evaluate --external`, with nothing but Node itself. It counts the messages of each hour, and scores how far they are below the
// mean of that hour of the day: it finds silences. docs/your-detector.md explains it.
import { createReadStream, createWriteStream, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const windowMs = 60 * 60_000;
const hoursADay = 24;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    anomaly: { type: 'string' },
    data: { type: 'string', multiple: true },
    model: { type: 'string' },
    out: { type: 'string' },
  },
});
// `train` gets several datasets behind one --data; Node takes those after the first as positionals.
const [action, ...more] = positionals;
const datasets = [...(values.data ?? []), ...more];

/** Messages by the start of their window; a window without any counts 0. */
async function countsOf(dataset) {
  const { start, end } = JSON.parse(readFileSync(join(dataset, 'manifest.json'), 'utf8'));
  const counts = new Map();
  for (let at = Date.parse(start); at < Date.parse(end); at += windowMs) counts.set(at, 0);
  const lines = createInterface({ input: createReadStream(join(dataset, 'events.csv')) });
  for await (const line of lines) {
    // The time is the first column, and is never quoted.
    const at = Math.floor(Date.parse(line.slice(0, line.indexOf(','))) / windowMs) * windowMs;
    if (counts.has(at)) counts.set(at, counts.get(at) + 1);
  }
  return counts;
}

const hourOf = at => new Date(at).getUTCHours();

async function train() {
  const sums = new Array(hoursADay).fill(0);
  const windows = new Array(hoursADay).fill(0);
  for (const dataset of datasets) {
    for (const [at, count] of await countsOf(dataset)) {
      sums[hourOf(at)] += count;
      windows[hourOf(at)] += 1;
    }
  }
  const means = sums.map((sum, hour) => sum / Math.max(1, windows[hour]));
  writeFileSync(join(values.model, 'model.json'), JSON.stringify({ means }));
}

async function score() {
  const { means } = JSON.parse(readFileSync(join(values.model, 'model.json'), 'utf8'));
  const out = createWriteStream(values.out);
  out.write('start,end,entity_type,entity_id,score\n');
  for (const [at, count] of await countsOf(datasets[0])) {
    const usual = means[hourOf(at)];
    const value = (usual - count) / Math.sqrt(usual + 1);
    const [from, to] = [at, at + windowMs].map(time => new Date(time).toISOString());
    out.write(`${from},${to},shop,shop,${value.toFixed(6)}\n`);
  }
  out.end();
}

await { train, score }[action]();
