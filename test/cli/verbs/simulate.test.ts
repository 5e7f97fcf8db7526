import { existsSync, readdirSync, writeFileSync } from 'node:fs';
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

test('simulate lets one of two that write to the same broker finish, and says to the other who is there', async () => {
  const dir = join(temporaryDirectory(), 'broker');
  const argv = ['simulate', 'one-day', '--broker', `embedded:${dir}`, '--overwrite'];
  const both = await Promise.all([runCommand(argv), runCommand(argv)]);
  expect(both.map(({ exitCode }) => exitCode).sort()).toEqual([0, 1]);
  expect(both.map(({ stderr }) => stderr).join('')).toContain(
    `Cannot take ${join(dir, 'lock')}: process ${process.pid} is simulating`,
  );
  expect(existsSync(join(dir, 'lock'))).toBe(false);
  expect((await runCommand(argv)).exitCode).toBe(0);
});

test('simulate --dry-run prints what would happen, and writes nothing', async () => {
  const broker = join(temporaryDirectory(), 'broker');
  const simulate = ['simulate', 'one-day', '--broker', `embedded:${broker}`, '--dry-run'];
  const { exitCode, stdout } = await runCommand(simulate);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^2026-03-02 13:00 +2h +outage +workload-shape service-outage blatant step/m);
  expect(stdout).toContain(`would run in virtual time, and publish to embedded:${broker}`);
  expect(stdout).toMatch(/about 4,600 rows\. Nothing was written\./);
  expect(existsSync(broker)).toBe(false);
  const without = JSON.parse((await runCommand([...simulate, '--without-anomalies', '--json'])).stdout);
  expect(without).toMatchObject({ dryRun: true, scenario: { name: 'one-day', anomalies: [] }, expectedMessages: 4600 });
});
