// How fast the parts are, each as a ratio to something simple that does as much in the same run on the same machine: absolute times differ from
// machine to machine and hour to hour, ratios hardly. Needs a build. Higher is better; prints the median of the rounds.
//
//   npm run bench [-- --rounds 3 --days 22]

import { once } from 'node:events';
import { createReadStream, createWriteStream, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { parse } from 'csv-parse';
import TinyQueue from 'tinyqueue';
import { hash64Hex } from '../dist/base/hash.js';
import { openEmbeddedLog } from '../dist/broker/embedded/embedded-log.js';
import { openEmbeddedSource } from '../dist/broker/embedded/embedded-log-source.js';
import { resolveNamed } from '../dist/cli/resolve-named.js';
import { collect } from '../dist/data/collector/collect.js';
import { readDataset } from '../dist/data/dataset/read-dataset.js';
import { startSimulation } from '../dist/shop/simulation/simulate.js';
import { clusterIdOf, runTopics } from '../dist/shop/simulation/virtual-shop.js';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, days: { type: 'string', default: '22' } },
});
const scenario = await resolveNamed('stock-exhaustion', { days: Number(values.days) });
const dir = mkdtempSync(join(tmpdir(), 'cqshop-bench-'));
const rows = new Map();

try {
  for (let round = 0; round < Number(values.rounds); round += 1) await bench(join(dir, String(round)));
} finally {
  rmSync(dir, { recursive: true, force: true });
}
for (const [name, { figures, against }] of rows) {
  const middle = of => figures.map(of).sort((a, b) => a - b)[Math.floor(figures.length / 2)];
  const ratio = middle(({ rate, reference }) => rate / reference).toFixed(2);
  console.log(
    `${ratio.padStart(5)} × ${against.padEnd(44)} ${name}: ${Math.round(middle(({ rate }) => rate) / 1000)} thousand a second`,
  );
}

async function bench(own) {
  const kernel = timed(() => bareKernel(300_000));
  const silent = timed(() => run({}));
  note('messages simulated, no log', silent, kernel, 'a bare event queue with hashed ids');

  const log = openEmbeddedLog(join(own, 'broker'), { topics: runTopics(scenario), clusterId: clusterIdOf(scenario) });
  const logged = timed(() => run({ log }));
  log.close();
  note('messages simulated, logged', logged, silent, 'the same without a log');

  const lines = await timedAsync(() => copyLines(join(own, 'broker'), join(own, 'copy.jsonl')));
  const source = openEmbeddedSource(join(own, 'broker'), {});
  const out = join(own, 'dataset');
  const collected = await timedAsync(async () => (await collect(source, { out })).manifest.messages);
  await source.close();
  note('dataset rows collected', collected, lines, 'parsing and writing the log lines');

  const parsed = await timedAsync(() => parseCsv(join(out, 'events.csv')));
  const read = await timedAsync(async () => {
    let count = 0;
    for await (const batch of (await readDataset(out)).records()) count += batch.length;
    return count;
  });
  note('dataset rows read', read, parsed, 'csv-parse as a stream');
}

function run(options) {
  const simulation = startSimulation(scenario, options);
  while (simulation.advance());
  return simulation.finish().messages;
}

/** Messages that each schedule the next, popped in order, with an id hashed from the cause's. */
function bareKernel(count) {
  const queue = new TinyQueue([], (a, b) => a.time - b.time);
  for (let actor = 0; actor < 1000; actor += 1)
    queue.push({ time: actor, id: hash64Hex(`actor/${actor}`), data: { actor } });
  for (let done = 0; done < count; done += 1) {
    const { time, id, data } = queue.pop();
    queue.push({ time: time + 1 + (Number.parseInt(id.slice(8), 16) % 1000), id: hash64Hex(`${id}/Next/0`), data });
  }
  return count;
}

/** Every line of the log, parsed and written again: the least that a collector could do. */
async function copyLines(broker, path) {
  const out = createWriteStream(path);
  let count = 0;
  for (const topic of readdirSync(broker, { withFileTypes: true })) {
    if (!topic.isDirectory() || topic.name.endsWith('-commands')) continue;
    for (const file of readdirSync(join(broker, topic.name))) {
      for await (const line of createInterface({ input: createReadStream(join(broker, topic.name, file)) })) {
        if (!out.write(`${JSON.stringify(JSON.parse(line))}\n`)) await once(out, 'drain');
        count += 1;
      }
    }
  }
  out.end();
  await once(out, 'finish');
  return count;
}

async function parseCsv(path) {
  let count = 0;
  for await (const _ of createReadStream(path).pipe(parse({ columns: true }))) count += 1;
  return count;
}

function timed(work) {
  const startMs = performance.now();
  const count = work();
  return (1000 * count) / (performance.now() - startMs);
}

async function timedAsync(work) {
  const startMs = performance.now();
  const count = await work();
  return (1000 * count) / (performance.now() - startMs);
}

function note(name, rate, reference, against) {
  const entry = rows.get(name) ?? { against, figures: [] };
  rows.set(name, entry);
  entry.figures.push({ rate, reference });
}
