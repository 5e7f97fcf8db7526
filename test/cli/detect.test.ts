import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCommand } from '../support/fake-host.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const sample = new URL('../../datasets/sample', import.meta.url).pathname;

async function detected(anomaly: string): Promise<string> {
  const argv = ['detect', anomaly, '--dataset', sample, '--out', join(temporaryDirectory(), 'out')];
  const { exitCode, stdout } = await runCommand(argv);
  expect(exitCode).toBe(0);
  return stdout;
}

describe('cqshop detect', () => {
  test('counts in words, and tells a score from its threshold', async () => {
    const stdout = await detected('stock-exhaustion');
    expect(stdout).toMatch(/^1 alarm in /);
    const [, score, threshold] = / {2}(\d\S+) \(above (\S+)\) {2}/.exec(stdout) ?? [];
    expect(Number(score)).toBeGreaterThan(Number(threshold));
  });

  test('calls the whole shop the shop', async () => {
    expect(await detected('traffic-intensity')).toMatch(/ {2}the shop {2}/);
  });
});
