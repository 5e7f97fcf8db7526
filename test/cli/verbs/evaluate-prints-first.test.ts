import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { runCommand } from '../../support/fake-host.ts';
import { resultRow } from '../../support/result-row.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

// Its worker threads need a build, and take their time.
vi.mock(import('../../../src/app/experiment/evaluate-seeds.ts'), async original => ({
  ...(await original()),
  scoreSeeds: async () => ({ runs: [], external: [], externalFailures: [] }),
  evaluationOf: () => ({
    rows: [resultRow({ anomaly: 'price-error' })],
    comparisons: [],
    runs: [],
    planned: 9,
    leftOut: [{ run: 'price-error/1', id: 'lost-decimal-subtle', reason: 'no customer saw the price' }],
    externalFailures: [],
  }),
}));

test('cqshop evaluate prints what it found before it writes', async () => {
  const out = temporaryDirectory();
  mkdirSync(join(out, 'results.csv'));
  const { exitCode, stdout, stderr } = await runCommand(['evaluate', 'price-error', '--seeds', '1', '--out', out]);
  expect(stdout).toMatch(/^Test runs of seed 1\n/);
  expect(stdout).toContain(
    '1 of 9 anomalies left no trace and were left out:\n  lost-decimal-subtle in price-error/1: no customer saw the price\n',
  );
  expect(stderr).toMatch(/error: Cannot write results to /);
  expect(exitCode).toBe(1);
});

test('cqshop evaluate replaces earlier results of its own, and those of another command when it is told to', async () => {
  const out = temporaryDirectory();
  const results = join(out, 'results.json');
  const words = ['evaluate', 'price-error', '--seeds', '1', '--out', out];
  writeFileSync(results, '{"command":"cqshop run"}');
  const { exitCode, stderr } = await runCommand(words);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 2,
    stderr: `error: Cannot write results to ${out}: it holds the results of "cqshop run", expected --overwrite to replace them\n`,
  });
  expect(readFileSync(results, 'utf8')).toBe('{"command":"cqshop run"}');
  expect((await runCommand([...words, '--overwrite'])).exitCode).toBe(0);
  expect((await runCommand(words)).exitCode).toBe(0);
  expect(JSON.parse(readFileSync(results, 'utf8'))).toMatchObject({
    command: 'cqshop evaluate price-error --seeds 1 --first-seed 1',
    leftOut: [{ run: 'price-error/1', id: 'lost-decimal-subtle' }],
  });
});
