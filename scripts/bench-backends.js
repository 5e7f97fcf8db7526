// Trains the LSTM's network on both backends of TensorFlow.js, at the size that cqshop trains and at four times the units and the batch:
//
//   npm run bench:backends [-- --rounds 3]
//
// Needs @tensorflow/tfjs-node (npm run tfjs-node). Prints what the native backend takes as a share of what WASM takes: below 1, it pays. The middle of
// some rounds, each in a process of its own, in turns.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { curveCount } from '../dist/lab/detectors/forecasts/known-future.js';
import { createEnsemble } from '../dist/lab/detectors/lstm/network.js';
import { startTensorFlow } from '../dist/lab/detectors/lstm/tensorflow.js';
import { trainNetwork } from '../dist/lab/detectors/lstm/train-network.js';

/** As for `workload-shape`: 18 channels and their total, three days in steps of six hours, forecasts of 48 hours. */
const columns = 19;
const sizes = [
  { units: 16, batchSize: 64 },
  { units: 64, batchSize: 256 },
];
const { values, positionals } = parseArgs({
  options: { rounds: { type: 'string', default: '3' } },
  allowPositionals: true,
});
const [backend, units, batchSize] = positionals;

if (backend === undefined) compare();
else console.log(JSON.stringify(await train(backend, { units: Number(units), batchSize: Number(batchSize) })));

function compare() {
  for (const size of sizes) {
    const rounds = Array.from({ length: Number(values.rounds) }, () => ({
      wasm: inOwnProcess('wasm', size),
      node: inOwnProcess('node', size),
    }));
    const middle = of => rounds.map(of).sort((a, b) => a - b)[Math.floor(rounds.length / 2)];
    const ratio = what => middle(({ wasm, node }) => node[what] / wasm[what]).toFixed(2);
    const seconds = name => `${name} ${(middle(round => round[name].elapsedMs) / 1000).toFixed(1)} s`;
    console.log(
      `${size.units} units, batches of ${size.batchSize}: node/wasm ${ratio('elapsedMs')} of the time, ${ratio('processorMs')} of the processor time (${seconds('wasm')}, ${seconds('node')})`,
    );
  }
}

function inOwnProcess(name, size) {
  const words = [fileURLToPath(import.meta.url), name, String(size.units), String(size.batchSize)];
  return JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8' }));
}

/** The time of one network, after another one that warms up. */
async function train(name, { units: width, batchSize: size }) {
  const tf = await startTensorFlow(name);
  const examples = Array.from({ length: 1024 }, (_, index) => example(index));
  const data = { taught: examples, held: examples.slice(0, 64), columns, seed: 1, batchSize: size };
  const [first, second] = createEnsemble(tf, { size: 2, seed: 1, columns, units: width }).members;
  trainNetwork(tf, first, data);
  const startMs = performance.now();
  const before = process.cpuUsage();
  trainNetwork(tf, second, data);
  const { user, system } = process.cpuUsage(before);
  return { elapsedMs: performance.now() - startMs, processorMs: (user + system) / 1000 };
}

/** Shapes as lstm-inputs.ts gives them. What is learnt does not matter, only that numbers are ordinary. */
function example(index) {
  const wave = (length, scale) => Array.from({ length }, (__, at) => scale * Math.sin(index + 0.7 * at));
  const hours = (level, scale) =>
    Array.from({ length: 48 }, (__, hour) => wave(columns, scale).map(value => level + value * Math.cos(hour / 4)));
  return {
    name: String(index),
    input: {
      steps: wave(12 * (2 * columns + 5), 0.5),
      levels: wave(4 * columns, 0.3),
      curves: wave(48 * curveCount, 0.2),
    },
    base: hours(20, 1),
    actual: hours(20, 6),
  };
}
