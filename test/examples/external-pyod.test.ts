import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { minuteMs } from '../../src/base/time.ts';
import { readGridScores } from '../../src/lab/detectors/read-grid-scores.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const program = 'examples/external-pyod/detector.py';
/** A Python with the packages, such as that of a virtual environment. */
const python = process.env.CQSHOP_PYOD_PYTHON ?? 'python3';
const hasPython = spawnSync('python3', ['--version']).status === 0;
const hasPackages = spawnSync(python, ['-c', 'import numpy, pyod, river']).status === 0;
if (!hasPackages) console.warn('NOT TESTED: the detectors of PyOD and River, since Python does not have the packages');

const trainOnSample = (anomaly: string, model: string) => [
  ...['train', '--anomaly', anomaly, '--data', 'datasets/sample', 'datasets/sample', '--model', model],
];

describe(program, () => {
  test.skipIf(!hasPython)('names the command that installs its packages where they are missing', () => {
    // -S: without the packages that this Python has.
    const words = ['-S', '-E', program, '--detector', 'lof', ...trainOnSample('price-error', temporaryDirectory())];
    const { status, stderr } = spawnSync('python3', words, { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^Cannot train with lof: No module named 'numpy'\. .* pip install -r .*external-pyod\/req/);
  });

  test.skipIf(!hasPackages).each([
    ['hst', 'stock-exhaustion', 'user', 'u-a0c81008b480'],
    ['lof', 'workload-shape', 'shop', 'shop'],
  ])('%s scores %s', { timeout: 300_000 }, (detector, anomaly, type, id) => {
    const dir = temporaryDirectory();
    const [model, out] = [join(dir, 'model'), join(dir, 'scores.csv')];
    mkdirSync(model);
    const score = ['score', '--anomaly', anomaly, '--data', 'datasets/sample', '--model', model, '--out', out];
    for (const words of [trainOnSample(anomaly, model), score]) {
      const { status, stderr } = spawnSync(python, [program, '--detector', detector, ...words], { encoding: 'utf8' });
      expect({ status, stderr }).toMatchObject({ status: 0 });
    }
    const [startMs, endMs] = ['2026-03-02', '2026-03-04'].map(day => Date.parse(`${day}T00:00:00Z`));
    const span = { startMs: startMs ?? 0, endMs: endMs ?? 0 };
    const { windowMs, scores } = readGridScores(out, { anomaly, detector, run: 'sample', span });
    expect(windowMs).toBe(60 * minuteMs);
    expect(new Set(scores.map(({ entity }) => entity.type))).toEqual(new Set([type]));
    expect(scores.some(({ entity }) => entity.id === id)).toBe(true);
  });
});
