import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCommand } from '../../support/fake-host.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const stopped = AbortSignal.abort();

test('cqshop evaluate --gate says in a line when its seeds are not those of the gate', async () => {
  const gate = ['evaluate', 'price-error', '--gate', 'models/accuracy.json', '--quiet'];
  const { stderr } = await runCommand([...gate, '--seeds', '1'], stopped);
  expect(stderr).toMatch(
    /^warning: models\/accuracy\.json was made with seeds 910001 to 910005, but is compared with seed 910001:.*\n/,
  );
  expect((await runCommand([...gate, '--seeds', '5'], stopped)).stderr).toBe('interrupted\n');
});

test('cqshop evaluate refuses a program that cannot be started before any work', async () => {
  const words = ['evaluate', 'price-error', '--seeds', '1', '--external'];
  expect(await runCommand([...words, 'mine=./no-such.py --fast'], stopped)).toMatchObject({
    exitCode: 2,
    stderr:
      'error: Cannot run mine (./no-such.py --fast): there is no ./no-such.py, expected a command that works in this directory\n',
  });
});

test('cqshop evaluate says before any work that its results or its gate cannot be written', async () => {
  const dir = temporaryDirectory();
  writeFileSync(join(dir, 'file'), '');
  const failed = async (...options: readonly string[]) => {
    const { exitCode, stderr } = await runCommand(['evaluate', 'price-error', ...options, '--quiet'], stopped);
    expect(exitCode).toBe(1);
    return stderr;
  };
  expect(await failed('--out', join(dir, 'file'))).toMatch(
    /^error: Cannot write results to .*file: .*, expected .*\n$/,
  );
  expect(await failed('--out', join(dir, 'file/in'))).toMatch(
    /^error: Cannot write results to .*in: .*, expected .*\n$/,
  );
  expect(await failed('--gate', join(dir, 'file/gate.json'), '--update-gate')).toMatch(
    /^error: Cannot write gate .*gate\.json: .*, expected .*\n$/,
  );
  const out = ['--out', join(dir, 'new'), '--gate', join(dir, 'gates', 'of-mine', 'gate.json'), '--update-gate'];
  expect((await runCommand(['evaluate', 'price-error', ...out], stopped)).exitCode).toBe(130);
  expect(readdirSync(dir)).toEqual(['file']);
});
