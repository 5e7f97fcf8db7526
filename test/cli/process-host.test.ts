import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { hasColours } from '../../src/cli/process-host.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const bin = fileURLToPath(new URL('../../bin/cqshop.js', import.meta.url));

test('the process ends when its work is done, whatever a library has left open', async () => {
  const left = 'data:text/javascript,import net from "node:net"; net.createServer().listen(0, "127.0.0.1");';
  const child = spawn(process.execPath, ['--import', left, bin, 'list', 'scenarios'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test.each([
  ['SIGINT', 1, [130, null]],
  ['SIGTERM', 1, [130, null]],
  ['SIGHUP', 2, [null, 'SIGHUP']],
] as const)('%s, sent %i times, interrupts: nothing is left behind', async (signal, times, ended) => {
  const cwd = temporaryDirectory();
  const argv = [bin, 'run', 'price-error', '--out', 'results/a'];
  const child = spawn(process.execPath, argv, { cwd, stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const exit = once(child, 'exit');
  await vi.waitFor(() => expect(readdirSync(join(cwd, 'results'))).toContain('a.lock'), 20_000);
  for (let time = 0; time < times; time++) {
    child.kill(signal);
    await setTimeout(5);
  }
  expect(await exit).toEqual(ended);
  expect(readdirSync(cwd)).not.toContain('results');
});

test('the process does not end before a slow reader has everything', async () => {
  const child = spawn(process.execPath, [bin, 'show', 'scenario', 'stock-exhaustion', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout) {
    chunks.push(chunk);
    await setTimeout(20);
  }
  expect(JSON.parse(Buffer.concat(chunks).toString())).toMatchObject({ name: 'stock-exhaustion' });
});

test.each([
  [{}, true, true],
  [{}, false, false],
  [{ TERM: 'dumb' }, true, false],
  [{ NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
  [{ NO_COLOR: '' }, true, true],
  [{ FORCE_COLOR: '1' }, false, true],
  [{ FORCE_COLOR: '0' }, true, false],
  [{ CI: 'true' }, false, false],
])('hasColours of %o on a terminal (%s) is %s', (env, isTerminal, expected) => {
  expect(hasColours(env, isTerminal)).toBe(expected);
});

/** Denies to call a function of node:fs on a path that ends with "denied": the tests may run as root, whom the system denies nothing. */
const denying = (call: string) =>
  `data:text/javascript,${encodeURIComponent(`import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
const plain = fs.${call};
fs.${call} = (path, ...more) => {
  if (!String(path).endsWith('denied')) return plain(path, ...more);
  throw Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES', syscall: 'access', path });
};
syncBuiltinESMExports();`)}`;

test.each([
  ['accessSync', 'show dataset denied'],
  ['accessSync', 'detect price-error --dataset denied'],
  ['accessSync', 'detect price-error --dataset SAMPLE --model denied'],
  ['accessSync', 'collect --broker embedded:denied'],
  ['accessSync', 'report denied'],
  ['accessSync', 'benchmark nab denied'],
  ['statSync', 'show dataset denied'],
  ['statSync', 'import denied --out series'],
])('a directory that may not be opened (%s) is wrong input: %s', async (call, line) => {
  const cwd = temporaryDirectory();
  mkdirSync(join(cwd, 'denied'));
  const argv = line.replace('SAMPLE', resolve('datasets/sample')).split(' ');
  const child = spawn(process.execPath, ['--import', denying(call), bin, ...argv], {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  expect(stderr).toBe(
    'error: Cannot open denied: permission is denied, expected a file or directory that you may open\n',
  );
  expect(code).toBe(2);
});

describe('bin/cqshop.js', () => {
  test('ends quietly when the reader of stdout goes away', async () => {
    const child = spawn('/bin/sh', ['-c', `"${process.execPath}" "${bin}" list services --json; echo "exit $?" >&2`], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', chunk => {
      stderr += chunk;
    });
    await new Promise(resolve => child.on('close', resolve));
    expect(stderr).toBe('exit 0\n');
  });

  test('keeps its exit code when the reader of stderr goes away', async () => {
    const child = spawn(process.execPath, [bin, 'evaluate', 'foo'], { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr?.destroy();
    expect(await new Promise(resolve => child.on('close', resolve))).toBe(2);
  });
});
