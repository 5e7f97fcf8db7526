import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { hourMs } from '../../../src/base/time.ts';
import { shopStream } from '../../support/shop-stream.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

/** `npm run tfjs-node` builds the package; `.ci/run` does so and requires these tests. */
const isRequired = process.env.CQSHOP_REQUIRE_TFJS_NODE === '1';
if (!(isRequired || isInstalled())) console.warn('Left out: @tensorflow/tfjs-node is not there (npm run tfjs-node)');

function isInstalled(): boolean {
  try {
    return createRequire(import.meta.url).resolve('@tensorflow/tfjs-node') !== '';
  } catch {
    return false;
  }
}

const node = (...words: string[]) => promisify(execFile)(process.execPath, words);
const cqshop = (...words: string[]) => node('bin/cqshop.js', ...words);

type Trained = {
  readonly backend: string;
  readonly trainedBy: string;
  readonly validation: { readonly heldOutDaysForecastError: number; readonly heldOutDaysMedianError: number };
  readonly forecast: readonly (readonly number[])[];
  readonly weights: readonly number[];
};

/** Rounding of single precision, over 180 steps of training: seen are 2e-7. */
const tolerance = 1e-4;

// Each backend in a process of its own: TensorFlow.js has one engine in a process.
describe.skipIf(!(isRequired || isInstalled()))('@tensorflow/tfjs-node', () => {
  test('learns what the WASM backend learns', async () => {
    const dir = temporaryDirectory();
    const streams = [1, 2, 3, 4, 5, 6].map(seed => shopStream(seed, 22));
    writeFileSync(join(dir, 'in.json'), JSON.stringify({ streams, windowMs: hourMs, columns: ['visits'], ahead: 48 }));
    const train = async (backend: string): Promise<Trained> => {
      const out = join(dir, `${backend}.json`);
      // Log lines of the library would be here.
      const { stdout, stderr } = await node('test/support/train-lstm.js', backend, join(dir, 'in.json'), out);
      expect(stdout + stderr).toBe('');
      return JSON.parse(readFileSync(out, 'utf8'));
    };
    const [native, wasm] = await Promise.all([train('node'), train('wasm')]);
    expect(native).toMatchObject({ backend: 'tensorflow', trainedBy: 'node' });
    expect(wasm).toMatchObject({ backend: 'wasm', trainedBy: 'wasm' });

    expect(native.weights.filter(weight => weight === 0 || !Number.isFinite(weight))).toEqual([]);
    const { heldOutDaysForecastError: error, heldOutDaysMedianError: medianError } = native.validation;
    expect(error).toBeLessThan(0.9 * medianError);

    expect(native.weights.length).toBe(wasm.weights.length);
    expect(greatestDifference(native.weights, wasm.weights)).toBeLessThan(tolerance);
    expect(greatestDifference(native.forecast.flat(), wasm.forecast.flat())).toBeLessThan(tolerance * 20);
    // Two trainings: a busy machine needs minutes.
  });

  test('trains a model that says so, and scores it as the WASM backend does, without log lines', async () => {
    const dir = temporaryDirectory();
    const at = (name: string) => join(dir, name);
    const broker = ['--broker', `embedded:${at('broker')}`, '--quiet'];
    await cqshop('simulate', 'clean', '--seed', '7', '--scale', '0.2', ...broker);
    await cqshop('collect', '--out', at('data'), ...broker);
    const [data, model] = [
      ['--dataset', at('data')],
      ['--model', at('model')],
    ];
    const trained = await cqshop('train', 'workload-shape', ...data, '--out', at('model'), '--backend', 'node');
    expect(trained.stdout).toContain('backend node');
    expect(trained.stderr).toBe('');
    expect(JSON.parse(readFileSync(at('model/model.json'), 'utf8'))).toMatchObject({
      library: '@tensorflow/tfjs 4.22.0',
      backend: 'node',
    });
    const scores = await Promise.all(
      ['node', 'wasm'].map(async backend => {
        await cqshop('detect', 'workload-shape', ...data, ...model, '--backend', backend, '--out', at(backend));
        const [, ...rows] = readFileSync(join(at(backend), 'scores.csv'), 'utf8')
          .trimEnd()
          .split('\n');
        return rows.map(row => Number(row.split(',')[2]));
      }),
    );
    expect(scores[0]?.length).toBeGreaterThan(500);
    expect(greatestDifference(scores[0] ?? [], scores[1] ?? [])).toBeLessThan(tolerance);
  });

  test('computes, says doctor', async () => {
    const { stdout } = await cqshop('doctor', '--json');
    const { checks } = JSON.parse(stdout);
    expect(checks).toContainEqual({
      name: 'LSTM, node backend',
      status: 'ok',
      found: '@tensorflow/tfjs-node computes, backend tensorflow',
      advice: '',
    });
  });
});

function greatestDifference(some: readonly number[], others: readonly number[]): number {
  return Math.max(...some.map((value, index) => Math.abs(value - (others[index] ?? Number.NaN))));
}
