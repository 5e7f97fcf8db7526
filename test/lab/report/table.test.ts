import { expect, test } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import { formatTable } from '../../../src/lab/report/table.ts';
import { runCommand } from '../../support/fake-host.ts';

const rows = [
  ['one', 1, 'few words'],
  ['a-name', 22, 'so many words that they do not fit'],
];

test('formatTable wraps the last column between words where a width is given', () => {
  expect(formatTable(['name', 'n', 'description'], rows, { width: 38 })).toBe(
    `
name     n  description
one      1  few words
a-name  22  so many words that they do
            not fit`.trimStart(),
  );
  expect(formatTable(['name', 'n', 'description'], rows).split('\n')).toHaveLength(3);
});

test('formatTable keeps a readable last column, however narrow the terminal', () => {
  const widest = Math.max(
    ...formatTable(['name', 'n', 'description'], rows, { width: 5 })
      .split('\n')
      .map(line => line.length),
  );
  expect(widest).toBeGreaterThan(20);
});

test('a list fits a terminal, and is one line a row in a pipe', async () => {
  let stdout = '';
  const exitCode = await main(['list', 'near-misses'], {
    stdout: { write: text => (stdout += text), isTTY: true, columns: 60 },
    stderr: { write: () => true },
    signal: new AbortController().signal,
    isStdoutClosed: () => false,
    stdoutFailure: () => undefined,
    close: () => undefined,
  });
  expect(exitCode).toBe(0);
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(60);
  const piped = (await runCommand(['list', 'near-misses'])).stdout;
  expect(piped.split('\n').length).toBeLessThan(stdout.split('\n').length);
});
