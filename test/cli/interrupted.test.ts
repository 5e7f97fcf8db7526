import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runCommand } from '../support/fake-host.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const dir = temporaryDirectory(afterAll);
const sample = 'datasets/sample';
const series = join(dir, 'series');
const out = join(dir, 'out');

const rows = Array.from({ length: 1000 }, (_, hour) => `${1_767_225_600 + hour * 3600},${hour % 24}`);
writeFileSync(join(dir, 'series.csv'), `time,value\n${rows.join('\n')}\n`);
const importing = ['import', join(dir, 'series.csv'), '--time', 'time', '--value', 'value', '--out'];
await runCommand([...importing, series]);

test.each([
  ['show', 'dataset', sample],
  ['show', 'dataset', series],
  ['show', 'message', '5447a5ae9e0d5794', '--dataset', sample],
  ['audit', sample],
  ['export', sample, '--format', 'tsb-ad', '--out', out],
  ['train', 'stock-exhaustion', '--dataset', sample, '--out', out],
  ['train', 'series', '--dataset', sample, '--out', out],
  ['train', 'series', '--dataset', series, '--out', out],
  ['detect', 'stock-exhaustion', '--dataset', sample, '--out', out],
  [...importing, out],
])('an interruption ends cqshop %s %s, and nothing is left', async (...argv) => {
  expect(await runCommand(argv, AbortSignal.abort())).toMatchObject({ exitCode: 130, stdout: '' });
  expect(existsSync(out)).toBe(false);
});
