import { expect, test } from 'vitest';
import { CqshopError } from '../../../src/base/errors.ts';
import { startTensorFlow } from '../../../src/lab/detectors/lstm/tensorflow.ts';

test('startTensorFlow("node") works where the native library is, and else says how to install it', async () => {
  const started = await startTensorFlow('node').catch((error: unknown) => error);
  if (started instanceof CqshopError) {
    expect(started.code).toBe('LIBRARY_MISSING');
    expect(started.exitCode).toBe(1);
    expect(started.message).toContain('npm install @tensorflow/tfjs-node@4.22.0');
  } else expect(started).toHaveProperty('node');
});

test('startTensorFlow starts the WASM backend and takes over no errors of the process', async () => {
  const before = ['unhandledRejection', 'uncaughtException'].map(event => process.listenerCount(event));
  const tf = await startTensorFlow();
  expect(tf.getBackend()).toBe('wasm');
  expect(['unhandledRejection', 'uncaughtException'].map(event => process.listenerCount(event))).toEqual(before);
});
