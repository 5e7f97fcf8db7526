import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runCommand } from '../support/fake-host.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const dir = temporaryDirectory(afterAll);
writeFileSync(join(dir, 'file'), 'x\n');
symlinkSync('circle', join(dir, 'circle'));

const readers: readonly (readonly [string, (path: string) => readonly string[]])[] = [
  ['show dataset', path => ['show', 'dataset', path]],
  ['audit', path => ['audit', path]],
  ['validate', path => ['validate', `${path}.yaml`]],
  ['train', path => ['train', 'price-error', '--dataset', path, '--out', join(dir, 'model')]],
  [
    'detect --model',
    path => ['detect', 'price-error', '--dataset', 'datasets/sample', '--model', path, '--out', join(dir, 'd')],
  ],
  ['evaluate --dataset', path => ['evaluate', '--dataset', path, '--detections', 'no.csv']],
  ['evaluate --models', path => ['evaluate', 'price-error', '--seeds', '1', '--first-seed', '5', '--models', path]],
  ['export', path => ['export', path, '--format', 'csv', '--out', join(dir, 'exported')]],
  ['import', path => ['import', path, '--time', 't', '--out', join(dir, 'imported')]],
  ['benchmark nab', path => ['benchmark', 'nab', path]],
  ['report', path => ['report', path]],
];

describe.each([
  ['in a file', join(dir, 'file', 'x')],
  ['with a name of 300 characters', join(dir, 'x'.repeat(300))],
  ['in links that form a circle', join(dir, 'circle', 'x')],
])('a path %s', (_, path) => {
  test.each(readers)('%s says what it expected there', async (_verb, commandFor) => {
    const { exitCode, stderr } = await runCommand(commandFor(path));
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^error: Cannot .* expected /m);
  });
});
