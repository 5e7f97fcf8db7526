import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { runCommand } from '../support/fake-host.ts';
import { resultRow } from '../support/result-row.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

// Its worker threads need a build, and take their time.
vi.mock(import('../../src/experiment/evaluate-seeds.ts'), async original => ({
  ...(await original()),
  evaluateSeeds: async () => [resultRow({ anomaly: 'price-error' })],
}));

test('cqshop evaluate prints what it found before it writes', async () => {
  const out = temporaryDirectory();
  mkdirSync(join(out, 'results.csv'));
  const { exitCode, stdout, stderr } = await runCommand(['evaluate', 'price-error', '--seeds', '1', '--out', out]);
  expect(stdout).toMatch(/^Test runs of seed 1\n/);
  expect(stderr).toMatch(/error: Cannot write results to /);
  expect(exitCode).toBe(1);
});
