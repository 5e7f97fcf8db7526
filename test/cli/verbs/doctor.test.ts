import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCommand } from '../../support/fake-host.ts';
import { writeSyntheticRun } from '../../support/synthetic-run.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

test('doctor stops with 130 on Ctrl-C', async () => {
  expect(await runCommand(['doctor'], AbortSignal.abort())).toMatchObject({ exitCode: 130, stdout: '' });
});

test('doctor wraps what to do in a terminal', async () => {
  const dir = temporaryDirectory();
  writeSyntheticRun(dir, { visits: 3 });
  truncateSync(join(dir, 'cart-events/0.jsonl'));
  const { exitCode, stdout } = await runCommand(['doctor', '--broker', `embedded:${dir}`], undefined, 60);
  expect(exitCode).toBe(1);
  expect(stdout).toContain('To do:\nbroker: simulate the run again, with --overwrite or another\n  --topic-prefix\n');
});
