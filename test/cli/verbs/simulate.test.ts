import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCommand } from '../../support/fake-host.ts';
import { writeSyntheticRun } from '../../support/synthetic-run.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

test('simulate --overwrite deletes nothing in a directory whose broker.json is not ours, and says what to do', async () => {
  const dir = temporaryDirectory();
  writeSyntheticRun(dir, { visits: 2 });
  writeFileSync(join(dir, 'broker.json'), '{"torn');
  const before = readdirSync(dir);
  const { exitCode, stderr } = await runCommand(['simulate', 'one-day', '--broker', `embedded:${dir}`, '--overwrite']);
  expect(exitCode).toBe(1);
  expect(stderr).toContain(`delete ${dir} if it holds nothing else that you need`);
  expect(readdirSync(dir)).toEqual(before);
});
