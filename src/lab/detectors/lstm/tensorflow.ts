import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { CqshopError } from '../../../base/errors.ts';

/** The library, as its WASM and its native build both offer it. */
export type TensorFlow = typeof import('@tensorflow/tfjs');
export type Tensor = import('@tensorflow/tfjs').Tensor;
export type SymbolicTensor = import('@tensorflow/tfjs').SymbolicTensor;
export type Tensor3D = import('@tensorflow/tfjs').Tensor3D;
export type LayersModel = import('@tensorflow/tfjs').LayersModel;
export type Scalar = import('@tensorflow/tfjs').Scalar;

/** Library and version that computes. */
export const tensorflowVersion = '@tensorflow/tfjs 4.22.0';

/** `wasm` comes with cqshop; `node` needs the optional package @tensorflow/tfjs-node. */
export type TensorFlowBackend = 'wasm' | 'node';

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
  const tf = await import('@tensorflow/tfjs');
  const { setThreadsCount, setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  const require = createRequire(import.meta.url);
  setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
  setThreadsCount(1);
  await tf.setBackend('wasm');
  return tf;
}

async function startNative(): Promise<TensorFlow> {
  // Not a literal: the types of an optional package are not there when it is not installed.
  const name: string = '@tensorflow/tfjs-node';
  try {
    return await import(name);
  } catch (cause) {
    throw new CqshopError(
      'LIBRARY_MISSING',
      `Cannot use the node backend: ${name} is not installed or its native library is missing, expected it after: npm install ${name}@4.22.0 (or use --backend wasm)`,
      { cause },
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
