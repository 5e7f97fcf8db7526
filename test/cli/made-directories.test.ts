import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCommand } from '../support/fake-host.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const sample = ['--dataset', 'datasets/sample'];

/** Command lines that write to `out`, and fail after they have begun. */
const failing: Readonly<Record<string, (out: string) => readonly string[]>> = {
  import: out => ['import', 'package.json', '--time', 'at', '--out', out],
  export: out => ['export', 'datasets/none', '--format', 'csv', '--out', out],
  detect: out => ['detect', 'price-error', ...sample, '--out', out],
  train: out => ['train', 'price-error', ...sample, '--out', out],
  'train series': out => ['train', 'series', ...sample, '--out', out],
  simulate: out => ['simulate', 'one-day', '--broker', `embedded:${out}`],
  collect: out => ['collect', '--broker', 'embedded:datasets/none', '--out', out],
  demo: out => ['demo', '--out', out],
  run: out => ['run', 'one-day', '--out', out],
  evaluate: out => ['evaluate', 'price-error', '--seeds', '1', '--out', out],
};

test.each(Object.entries(failing))(
  '%s that is interrupted or fails leaves no directory that it made',
  async (_, line) => {
    const dir = temporaryDirectory();
    const { exitCode } = await runCommand(line(join(dir, 'new', 'deep', 'out')), AbortSignal.abort());
    expect(exitCode).toBeGreaterThan(0);
    expect(readdirSync(dir)).toEqual([]);
  },
);

test('a directory that holds something else stays', async () => {
  const dir = temporaryDirectory();
  writeFileSync(join(dir, 'mine'), '');
  await runCommand(['export', 'datasets/none', '--format', 'csv', '--out', join(dir, 'out')]);
  expect(readdirSync(dir)).toEqual(['mine']);
});
