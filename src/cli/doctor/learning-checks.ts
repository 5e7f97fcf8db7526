import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { cartLibrary, growTree } from '../../lab/detectors/cart/grow.ts';
import { howToInstall, startTensorFlow, tensorflowVersion } from '../../lab/detectors/lstm/tensorflow.ts';
import { libsvmVersion, trainOneClass } from '../../lab/detectors/one-class-svm/libsvm.ts';
import { type Check, ok } from './check.ts';

/** Each learning library computes something small. */
export const learningChecks: readonly Check[] = [
  { name: 'decision tree', run: tree },
  { name: 'one-class SVM', run: supportVectors },
  { name: 'LSTM, WASM backend', run: wasm },
  { name: 'LSTM, node backend', run: native },
];

async function tree(): ReturnType<Check['run']> {
  const { root } = growTree([[3], [4]], [[1], [2]], { maxDepth: 2, minNumSamples: 1 });
  if (root.kind !== 'split') throw new Error('a tree of two classes has no split');
  return ok(`${cartLibrary} grows a tree`);
}

async function supportVectors(): ReturnType<Check['run']> {
  const model = await trainOneClass([[0], [1], [2], [3]], { gamma: 1, nu: 0.5 });
  if (!model.includes('one_class')) throw new Error('libsvm gives no one-class model');
  return ok(`${libsvmVersion} trains`);
}

async function wasm(): ReturnType<Check['run']> {
  const tf = await startTensorFlow('wasm');
  const sum = tf.tidy(() => tf.sum(tf.tensor1d([1, 2, 3])).dataSync()[0]);
  if (sum !== 6) throw new Error(`1 + 2 + 3 gives ${sum}`);
  return ok(`${tensorflowVersion} computes, backend ${tf.getBackend()}`);
}

/** A busy machine needs a minute to load a library of hundreds of megabytes. */
const waitMs = 300_000;

/** In a separate process: two TensorFlows in one process conflict. */
async function native(): ReturnType<Check['run']> {
  const wanted = `optional; for --backend node: ${howToInstall}`;
  const { resolve } = createRequire(import.meta.url);
  try {
    resolve('@tensorflow/tfjs-node');
  } catch {
    return { status: 'missing', found: `not installed (${wanted})`, advice: '' };
  }
  const code = `
    const { startTensorFlow } = await import(process.argv[1]);
    const tf = await startTensorFlow('node');
    console.log(tf.getBackend(), tf.sum(tf.tensor1d([1, 2, 3])).dataSync()[0]);`;
  // As built: Node 20 runs no TypeScript.
  const module = new URL('../../../dist/lab/detectors/lstm/tensorflow.js', import.meta.url).href;
  const words = ['--input-type=module', '-e', code, module];
  const computed = await promisify(execFile)(process.execPath, words, { timeout: waitMs }).catch(() => undefined);
  return computed?.stdout === 'tensorflow 6\n'
    ? ok('@tensorflow/tfjs-node computes, backend tensorflow')
    : { status: 'missing', found: `installed, but its native library does not compute (${wanted})`, advice: '' };
}
