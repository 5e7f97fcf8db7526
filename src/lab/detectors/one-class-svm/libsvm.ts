import { createRequire } from 'node:module';
import type { SvmConstructor } from 'libsvm-js/wasm.js';

/** Library and version that trains. */
export const libsvmVersion = 'libsvm-js 0.2.1';

let loading: Promise<SvmConstructor> | undefined;

/**
 * Trains a one-class SVM with the kernel exp(-gamma |a - b|²) and returns the model in libsvm's own text format.
 * Cost: some 2,000 rows of a dozen features take less than a tenth of a second, and the time grows with the square of the rows.
 *
 * @param nu the share of rows that may lie outside, at least the share that become support vectors
 */
export async function trainOneClass(
  rows: readonly (readonly number[])[],
  { gamma, nu }: { readonly gamma: number; readonly nu: number },
): Promise<string> {
  loading ??= loadQuietly();
  const Svm = await loading;
  const { ONE_CLASS } = Svm.SVM_TYPES;
  const { RBF } = Svm.KERNEL_TYPES;
  const svm = new Svm({ type: ONE_CLASS, kernel: RBF, gamma, nu, tolerance: 1e-6, quiet: true });
  try {
    svm.train(
      rows,
      rows.map(() => 0),
    );
    return svm.serializeModel();
  } finally {
    svm.free();
  }
}

/**
 * Loads the library without two side effects. Where `fetch` exists, it tries to stream its binary from a file path, fails and
 * prints two lines before it reads the file. It also ends the process at the first unhandled rejection of any code. So `fetch` is
 * hidden while its module runs, which is synchronous, and the listener that it adds is removed.
 */
function loadQuietly(): Promise<SvmConstructor> {
  const require = createRequire(import.meta.url);
  const fetchProperty = Object.getOwnPropertyDescriptor(globalThis, 'fetch');
  const listeners = process.listeners('unhandledRejection');
  try {
    Object.defineProperty(globalThis, 'fetch', { value: undefined, configurable: true, writable: true });
    return require('libsvm-js/wasm.js');
  } finally {
    if (fetchProperty === undefined) Reflect.deleteProperty(globalThis, 'fetch');
    else Object.defineProperty(globalThis, 'fetch', fetchProperty);
    for (const listener of process.listeners('unhandledRejection'))
      if (!listeners.includes(listener)) process.off('unhandledRejection', listener);
  }
}
