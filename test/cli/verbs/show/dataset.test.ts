import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCommand } from '../../../support/fake-host.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

test('show dataset prints span, messages over time, topics, anomalies and near misses, within 80 columns', async () => {
  const { exitCode, stdout } = await runCommand(['show', 'dataset', 'datasets/sample']);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(
    /^datasets\/sample: scenario sample, seed 6\n\d,\d+ messages, 2026-03-02 00:00 - 2026-03-04 00:00 UTC\n/,
  );
  expect(stdout).toMatch(/\nmessages +[▁▂▃▄▅▆▇█ ]+\nanomalies +█+ +█+\nnear misses +░+/);
  expect(stdout).toMatch(/\nwarehouse-events +\d,\d+ +ProductReserved \d+,/);
  expect(stdout).toMatch(/\nhoarder +2026-03-03 09:00 - 14:00 +stock-exhaustion fast-hoarder moderate\n/);
  expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
});

test('show dataset --json counts every message once', async () => {
  const { stdout } = await runCommand(['show', 'dataset', 'datasets/sample', '--json']);
  const shown: { messages: number; counts: number[] } = JSON.parse(stdout);
  expect(shown.counts.reduce((sum, count) => sum + count, 0)).toBe(shown.messages);
});

test('show dataset draws a series dataset, with its channels and labels', async () => {
  const dir = temporaryDirectory();
  const [exported, series] = [join(dir, 'exported'), join(dir, 'series')];
  await runCommand(['export', 'datasets/sample', '--format', 'csv', '--out', exported]);
  const columns = ['--time', 'time', '--by', 'channel', '--count', 'value', '--labels', join(exported, 'labels.csv')];
  await runCommand(['import', join(exported, 'series.csv'), ...columns, '--out', series]);
  const { exitCode, stdout } = await runCommand(['show', 'dataset', series], undefined, 80);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('counts of 8 channels, 384 samples\n2026-03-02 00:00 - 2026-03-04 00:00 UTC');
  expect(stdout).toMatch(/\napplication-command… +[▁▂▃▄▅▆▇█ ]+\nanomalies +█+ +█+\n/);
  expect(stdout).toMatch(/\ncart-events +48 +60 min +0 +2026-03-02 00:00\n/);
  expect(stdout).toMatch(/\nlabel-1 +2026-03-03 09:00 - 14:07 +all\n/);
  const shown: { rows: number; labels: unknown[] } = JSON.parse(
    (await runCommand(['show', 'dataset', series, '--json'])).stdout,
  );
  expect([shown.rows, shown.labels.length]).toEqual([384, 2]);
});

test('show dataset names a directory that is no dataset', async () => {
  const { exitCode, stderr } = await runCommand(['show', 'dataset', 'scenarios']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('Cannot open dataset scenarios');
});
