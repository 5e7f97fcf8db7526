import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCommand } from '../support/fake-host.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

test('cqshop run leaves results alone that another process is making, and takes over those of a dead one', async () => {
  const dir = temporaryDirectory();
  const out = join(dir, 'prices');
  const runPrices = () => runCommand(['run', 'price-error', '--out', `${out}/`, '--quiet'], AbortSignal.abort());
  mkdirSync(`${out}.partial`);
  writeFileSync(join(`${out}.partial`, 'half'), 'done');
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const gone = new Promise(resolve => child.on('exit', resolve));
  try {
    writeFileSync(`${out}.lock`, `${child.pid}\n`);
    expect(await runPrices()).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(new RegExp(`^error: Cannot .*process ${child.pid} is making results there.*\n$`)),
    });
    expect(readdirSync(dir).sort()).toEqual(['prices.lock', 'prices.partial']);
    expect(readdirSync(`${out}.partial`)).toEqual(['half']);
  } finally {
    child.kill('SIGKILL');
    await gone;
  }
  expect(await runPrices()).toMatchObject({ exitCode: 130 });
  expect(readdirSync(dir)).toEqual([]);
});
