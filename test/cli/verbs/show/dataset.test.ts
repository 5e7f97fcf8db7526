import { expect, test } from 'vitest';
import { runCommand } from '../../../support/fake-host.ts';

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

test('show dataset names a directory that is no dataset', async () => {
  const { exitCode, stderr } = await runCommand(['show', 'dataset', 'scenarios']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('Cannot open dataset scenarios');
});
