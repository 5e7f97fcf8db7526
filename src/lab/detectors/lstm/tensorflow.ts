import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import util from 'node:util';
import type {} from '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js';
import { cannot } from '../../../base/errors.ts';

type Core = typeof import('@tensorflow/tfjs-core');
type Layers = typeof import('@tensorflow/tfjs-layers');

/** The library, as its WASM and its native build both offer it. */
export type TensorFlow = Core & Layers;
export type Tensor = import('@tensorflow/tfjs-core').Tensor;
export type SymbolicTensor = import('@tensorflow/tfjs-layers').SymbolicTensor;
export type Tensor3D = import('@tensorflow/tfjs-core').Tensor3D;
export type LayersModel = import('@tensorflow/tfjs-layers').LayersModel;
export type Scalar = import('@tensorflow/tfjs-core').Scalar;

/** Library and version that computes. */
export const tensorflowVersion = '@tensorflow/tfjs 4.22.0';

/** `npm run build` writes the parts of the library that are used here, beside its WebAssembly, in both a clone and the package. */
const vendor = new URL('../../../../dist/vendor/', import.meta.url);

/** Either installs the optional package; the second builds it in a clone of cqshop, where the download of the first fails. */
export const howToInstall = 'npm install @tensorflow/tfjs-node@4.22.0, or npm run tfjs-node in a clone of cqshop';

/** `wasm` comes with cqshop; `node` needs the optional package @tensorflow/tfjs-node. */
export type TensorFlowBackend = 'wasm' | 'node';

/** The backend that computes. */
export function backendOf(tf: TensorFlow): TensorFlowBackend {
  return tf.getBackend() === 'tensorflow' ? 'node' : 'wasm';
}

let started: Promise<TensorFlow> | undefined;

/**
 * Starts TensorFlow.js on one thread, once per process: the first call decides the backend, since the library has one engine per
 * process. Detectors call it without an argument; `--backend` calls it before them. About 0.4 s.
 *
 * @param backend default `wasm`
 * @throws LIBRARY_MISSING when the native build is wanted and not there
 */
export function startTensorFlow(backend: TensorFlowBackend = 'wasm'): Promise<TensorFlow> {
  started ??= keepingProcessListeners(backend === 'node' ? startNative : startWasm).catch(error => {
    started = undefined;
    throw error;
  });
  return started;
}

async function startWasm(): Promise<TensorFlow> {
  const tf = vendored();
  tf.setWasmPaths(fileURLToPath(vendor));
  tf.setThreadsCount(1);
  await tf.setBackend('wasm');
  return tf;
}

function vendored(): TensorFlow & typeof import('@tensorflow/tfjs-backend-wasm') {
  try {
    return createRequire(vendor)('./tensorflow.cjs');
  } catch (cause) {
    throw cannot('LIBRARY_MISSING', 'start TensorFlow.js')(
      'dist/vendor/tensorflow.cjs cannot be loaded',
      'it after: npm run build',
      cause,
    );
  }
}

async function startNative(): Promise<TensorFlow> {
  // Not a literal: the types of an optional package are not there when it is not installed.
  const name: string = '@tensorflow/tfjs-node';
  // The package calls them; Node 22 warns about them and Node 23 removed them.
  Object.assign(util, { isArray: Array.isArray, isNullOrUndefined: (value: unknown) => value == null });
  // The library reads it when it is loaded: warnings and errors only.
  // biome-ignore lint/style/noProcessEnv: there is no other way to keep its log lines off the terminal
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  try {
    const tf: TensorFlow = createRequire(import.meta.url)(name);
    await tf.setBackend('tensorflow');
    return tf;
  } catch (cause) {
    throw cannot('LIBRARY_MISSING', 'use the node backend')(
      `${name} is not installed or its native library does not load`,
      `it after: ${howToInstall} (or use --backend wasm)`,
      cause,
    );
  }
}

/** Removes the WASM loader's handlers of unhandled rejections and uncaught exceptions, which concern the whole process. */
async function keepingProcessListeners<Result>(start: () => Promise<Result>): Promise<Result> {
  const rejections = process.listeners('unhandledRejection');
  const exceptions = process.listeners('uncaughtException');
  try {
    return await start();
  } finally {
    for (const listener of process.listeners('unhandledRejection'))
      if (!rejections.includes(listener)) process.off('unhandledRejection', listener);
    for (const listener of process.listeners('uncaughtException'))
      if (!exceptions.includes(listener)) process.off('uncaughtException', listener);
  }
}
