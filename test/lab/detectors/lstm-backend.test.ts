import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startTensorFlow } from '../../../src/lab/detectors/lstm/tensorflow.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

/** What `cqshop` prints on a machine without @tensorflow/tfjs-node. */
async function withoutPackage(words: readonly string[]) {
  const command = ['--require', './test/support/without-tfjs-node.cjs', 'bin/cqshop.js', ...words];
  return promisify(execFile)(process.execPath, command).catch(
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
}

test('--backend node says how to install the package that it needs', async () => {
  const out = `${temporaryDirectory()}/model`;
  const words = ['train', 'workload-shape', '--dataset', 'datasets/sample', '--backend', 'node', '--out', out];
  const run = await withoutPackage(words);
  expect(run).toMatchObject({ code: 1, stdout: '' });
  expect(run.stderr).toContain('npm install @tensorflow/tfjs-node@4.22.0');
});

test('doctor does not miss an optional package', async () => {
  const { stdout } = await withoutPackage(['doctor', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({
    ok: true,
    checks: expect.arrayContaining([
      expect.objectContaining({
        name: 'LSTM, node backend',
        status: 'missing',
        found: expect.stringContaining('not installed'),
      }),
    ]),
  });
});

test('startTensorFlow starts the WASM backend and takes over no errors of the process', async () => {
  const before = ['unhandledRejection', 'uncaughtException'].map(event => process.listenerCount(event));
  const tf = await startTensorFlow();
  expect(tf.getBackend()).toBe('wasm');
  expect(['unhandledRejection', 'uncaughtException'].map(event => process.listenerCount(event))).toEqual(before);
});
