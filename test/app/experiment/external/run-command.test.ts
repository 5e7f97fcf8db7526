import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { missingProgram, runCommand } from '../../../../src/app/experiment/external/run-command.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

const quiet = { name: 'mine', timeoutMs: 20_000, signal: new AbortController().signal, onLine: () => undefined };

describe('runCommand', () => {
  test('passes arguments with spaces and quotes as they are, and each line of output on', async () => {
    const lines: string[] = [];
    const command = `printf '%s\\n' first`;
    await runCommand(command, ['a b', `it's`], { ...quiet, onLine: line => lines.push(line) });
    expect(lines).toEqual(['mine: first', 'mine: a b', `mine: it's`]);
  });

  test('fails with the exit code and what the program wrote to standard error, its last 20 lines', async () => {
    const work = runCommand('seq 1 30 >&2; exit 7 #', ['score'], quiet);
    await expect(work).rejects.toThrow(/it ended with 7, expected exit code 0; it wrote:\n11\n12\n[\s\S]*\n30$/);
  });

  test('names a command that is not there', async () => {
    await expect(runCommand('no-such-program', [], quiet)).rejects.toThrow(/it ended with 127.*[\s\S]*not found/);
  });

  test('ends a program that takes too long, with the processes that it started', async () => {
    const mark = join(temporaryDirectory(), 'mark');
    const work = runCommand(`(sleep 2; touch '${mark}') & sleep 30 #`, [], { ...quiet, timeoutMs: 300 });
    await expect(work).rejects.toThrow('it took longer than 0.3 s, expected exit code 0');
    await setTimeout(2500);
    expect(existsSync(mark)).toBe(false);
  });

  test('takes a limit of more days than a timer can wait', async () => {
    await runCommand('sleep 0.2 #', [], { ...quiet, timeoutMs: 30 * 24 * 3_600_000 });
  });

  test('does not wait for processes that outlive the program, even in a group of their own', async () => {
    const outlived = `node -e "require('child_process').spawn('sleep', ['15'], { detached: true, stdio: 'inherit' }).unref()"; sleep 15 &`;
    const startedMs = performance.now();
    await runCommand(`${outlived} true`, [], quiet);
    expect(performance.now() - startedMs).toBeLessThan(12_000);
  });

  test('passes a line without an end on in pieces', async () => {
    const lines: string[] = [];
    await runCommand(`head -c 25000 /dev/zero | tr '\\0' x #`, [], { ...quiet, onLine: line => lines.push(line) });
    expect(lines.map(({ length }) => length)).toEqual([10_006, 10_006, 5006]);
  });

  test('passes on the first 1,000 lines of a program that writes more, and says how many more there are', async () => {
    const lines: string[] = [];
    const work = runCommand('seq 1 30000 >&2; exit 7 #', [], { ...quiet, onLine: line => lines.push(line) });
    await expect(work).rejects.toThrow(/it wrote:\n29981\n[\s\S]*\n30000$/);
    expect(lines.slice(-2)).toEqual(['mine: 1000', 'mine: 29,000 more lines are not shown']);
    await runCommand('seq 1 1001 #', [], { ...quiet, onLine: line => lines.push(line) });
    expect(lines.at(-1)).toBe('mine: 1 more line is not shown');
  });

  test('shows no control characters', async () => {
    const lines: string[] = [];
    const command = `printf '10 %%\\r\\033[31m20 %%\\033[0m\\r\\n\\033]0;title\\007a\\tb\\010\\000c\\n' #`;
    await runCommand(command, [], { ...quiet, onLine: line => lines.push(line) });
    expect(lines).toEqual(['mine: 20 %', 'mine: a\tb\uFFFD\uFFFDc']);
  });

  test('ends the program when it is aborted', async () => {
    const controller = new AbortController();
    const pidFile = join(temporaryDirectory(), 'pid');
    const work = runCommand(`echo $$ > '${pidFile}'; sleep 30 #`, [], { ...quiet, signal: controller.signal });
    const expectation = expect(work).rejects.toThrow('stop');
    while (!existsSync(pidFile) || readFileSync(pidFile, 'utf8') === '') await setTimeout(20);
    controller.abort(new Error('stop'));
    await expectation;
  });
});

test('missingProgram: a plain first word that the shell does not find, or the file of an interpreter', () => {
  expect(missingProgram('./no/such.py --fast')).toBe('./no/such.py');
  expect(missingProgram('no-such-program')).toBe('no-such-program');
  expect(missingProgram('node  no-such.js --fast')).toBe('no-such.js');
  const found = ['cat -', 'cd /; cat', 'SEED=1 no-such-program', '"./no such.py"', 'env no-such.py'];
  const run = ['node', 'node bin/cqshop', 'node bin/cqshop.js', 'node -e 1', 'node "no such.js"', 'node $SCRIPT'];
  expect([...found, ...run].filter(command => missingProgram(command) !== undefined)).toEqual([]);
});

test('missingProgram takes a version for no file', () => {
  const [dir, { PATH = '' }] = [temporaryDirectory(), process.env];
  writeFileSync(join(dir, 'julia'), '', { mode: 0o755 });
  vi.stubEnv('PATH', `${dir}:${PATH}`);
  expect(missingProgram('julia no-such.jl')).toBe('no-such.jl');
  expect(missingProgram('julia +1.10 no-such.jl')).toBeUndefined();
  vi.unstubAllEnvs();
});
