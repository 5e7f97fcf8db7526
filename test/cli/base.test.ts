import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { verbs } from '../../src/cli/verb-registry.ts';
import { runCommand } from '../support/fake-host.ts';
import { writeSyntheticRun } from '../support/synthetic-run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const cli = fileURLToPath(new URL('../../bin/cqshop.js', import.meta.url));

describe('main', () => {
  test('prints the version and the help with exit code 0', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(await runCommand(['--version'])).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
    const help = await runCommand(['--help']);
    expect(help).toMatchObject({ exitCode: 0, stderr: '' });
    const text = help.stdout.replace(/\s+/g, ' ');
    for (const verb of verbs) expect(text).toContain(verb.summary);
  });

  test('prints the help of every verb with its examples', async () => {
    for (const verb of verbs) {
      const help = await runCommand([verb.name, '--help']);
      expect(help).toMatchObject({ exitCode: 0, stderr: '' });
      for (const example of verb.examples) expect(help.stdout).toContain(example);
      for (const flag of ['--json', '--quiet', '--debug']) expect(help.stdout).toContain(flag);
      expect(await runCommand(['help', verb.name])).toEqual(help);
      expect(await runCommand([verb.name, '-h'])).toEqual(help);
    }
    expect(await runCommand(['help', 'help'])).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await runCommand(['help'])).toEqual(await runCommand(['--help']));
  });

  test.each([
    [[], 'Usage: cqshop'],
    [['colect'], 'Did you mean collect?'],
    [['help', 'colect'], 'Cannot help with "colect": there is no such verb, expected run, simulate, '],
    [['help', 'colect'], 'did you mean collect?'],
    [['--fo'], 'see cqshop --help'],
    [['collect', '--fo'], 'see cqshop collect --help'],
    [['show', 'scenario'], 'see cqshop show --help'],
    [['collect', '--ouut', 'a'], 'Did you mean --out?'],
    [['collect', '--out'], "option '--out <dir>' argument missing"],
    [['collect', 'extra'], 'too many arguments'],
    [['list'], "missing required argument 'subject'"],
    [['list', 'service'], 'did you mean services?'],
    [['collect', '--broker', 'redis:1'], 'expected embedded:DIR or kafka://host:port'],
    [['collect', '--broker', 'kafka://me:secret@localhost:9092', '--out', 'a'], 'the URL holds credentials'],
    [['collect', '--verify', '--follow'], 'expected none of them'],
  ])('answers wrong usage %j on stderr with exit code 2', async (argv, message) => {
    const { exitCode, stdout, stderr } = await runCommand(argv);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(message);
    if (argv.length > 0) expect(stderr.split('\n')).toHaveLength(2);
  });

  test('fails when the help cannot be written, which streams tell a moment later', async () => {
    let failure: Error | undefined;
    let stderr = '';
    const exitCode = await main(['--help'], {
      stdout: { write: () => setImmediate(() => (failure = new Error('ENOSPC'))) },
      stderr: { write: text => (stderr += text) },
      signal: new AbortController().signal,
      isStdoutClosed: () => false,
      stdoutFailure: () => failure,
      close: () => undefined,
    });
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining('Cannot write to stdout') });
  });

  test('shows an expected error on one line, and its stack under --debug only', async () => {
    const argv = ['collect', '--broker', 'embedded:there/is/none'];
    const { exitCode, stderr } = await runCommand(argv);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^error: Cannot open embedded broker there\/is\/none: .*\n$/);
    expect((await runCommand([...argv, '--debug'])).stderr).toContain('    at ');
  });
});

describe('list services', () => {
  test('prints a table, and the same as JSON', async () => {
    const { exitCode, stdout } = await runCommand(['list', 'services']);
    expect(exitCode).toBe(0);
    const { stdout: json } = await runCommand(['list', 'services', '--json']);
    const names: string[] = JSON.parse(json).map(({ name }: { name: string }) => name);
    expect(names).toContain('warehouse');
    for (const name of names) expect(stdout).toMatch(new RegExp(`^${name} `, 'm'));
    expect(stdout).not.toContain('│');
  });
});

async function collected(
  visits = 20,
): Promise<{ dir: string; broker: string; out: string; causedIds: readonly string[] }> {
  const dir = temporaryDirectory();
  const broker = `embedded:${join(dir, 'broker')}`;
  const out = join(dir, 'one');
  const { causedIds } = writeSyntheticRun(join(dir, 'broker'), { visits });
  expect((await runCommand(['collect', '--broker', broker, '--out', out])).exitCode).toBe(0);
  return { dir, broker, out, causedIds };
}

describe('collect', () => {
  test('collects, verifies and refuses', async () => {
    const { broker, out } = await collected();
    const again = await runCommand(['collect', '--broker', broker, '--out', out]);
    expect(again).toMatchObject({ exitCode: 2, stdout: '' });
    expect(again.stderr).toContain('--overwrite');
    const json = await runCommand(['collect', '--broker', broker, '--out', out, '--overwrite', '--json']);
    expect(JSON.parse(json.stdout)).toEqual({ dataset: out, messages: 160, labels: 1, nearMisses: 1, complete: true });
    expect(await runCommand(['collect', '--verify', '--broker', broker, '--out', out])).toMatchObject({
      exitCode: 0,
      stderr: '',
    });
  });

  test('exits 1 with the first differences when the broker has something else', async () => {
    const { dir, broker, out } = await collected();
    const file = join(dir, 'broker/warehouse-events/0.jsonl');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"id":"[0-9a-f]{4}/, '"id":"ffff'));
    const { exitCode, stderr } = await runCommand(['collect', '--verify', '--broker', broker, '--out', out]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/warehouse-events\/0 offset 0: message [0-9a-f]{16} in the dataset, ffff/);
  });

  test('warns of a run that was cut off', async () => {
    const dir = temporaryDirectory();
    writeSyntheticRun(join(dir, 'broker'), { visits: 5, isFinished: false });
    const { exitCode, stderr } = await runCommand([
      'collect',
      '--broker',
      `embedded:${join(dir, 'broker')}`,
      '--out',
      join(dir, 'one'),
      '--quiet',
    ]);
    expect(exitCode).toBe(0);
    expect(stderr).toContain('warning: the run had not said that it was finished');
  });

  test('stops with 130 on Ctrl-C, says how to go on, and goes on', async () => {
    const dir = temporaryDirectory();
    writeSyntheticRun(join(dir, 'broker'), { visits: 5 });
    const argv = ['collect', '--broker', `embedded:${join(dir, 'broker')}`, '--out', join(dir, 'one')];
    const stopped = await runCommand(argv, AbortSignal.abort());
    expect(stopped).toMatchObject({ exitCode: 130, stdout: '' });
    expect(stopped.stderr).toContain('one.partial; the same command goes on from there');
    expect(existsSync(join(dir, 'one'))).toBe(false);
    const resumed = await runCommand(argv);
    expect(resumed.exitCode).toBe(0);
    expect(resumed.stderr).toContain('resumed after');
  });
});

describe('show message', () => {
  test('prints the causes, the message, its consequences and the truth', async () => {
    const { out, causedIds } = await collected();
    const rows = readFileSync(join(out, 'events.csv'), 'utf8').split('\n');
    const row = rows.find(line => line.includes('ProductReserved') && causedIds.some(id => line.includes(`,${id},`)));
    const id = row?.split(',')[7] ?? '';
    const { exitCode, stdout } = await runCommand(['show', 'message', id, '--dataset', out]);
    expect(exitCode).toBe(0);
    expect(stdout.split('\n').map(line => /└?\s?(\w+) {2}by /.exec(line)?.[1])).toEqual([
      'AddProductToCart',
      'ProductAddedToCart',
      'ProductReserved',
      'CartLineUpdated',
      undefined,
    ]);
    expect(stdout.match(/→ \w+/g)).toEqual(['→ ProductReserved']);
    expect(stdout.match(/\[direct: hoard\]/g)).toHaveLength(4);
    const json = JSON.parse((await runCommand(['show', 'message', id, '--dataset', out, '--json'])).stdout);
    expect(json.causes.map(({ type }: { type: string }) => type)).toEqual(['AddProductToCart', 'ProductAddedToCart']);
    expect(json.message).toMatchObject({ id, effects: [{ type: 'CartLineUpdated', effects: [] }] });
  });

  test('fits a screen however long the chain of causation, and tells the depth of what is not indented further', async () => {
    const sample = fileURLToPath(new URL('../../datasets/sample', import.meta.url));
    const linesOf = async (id: string) =>
      (await runCommand(['show', 'message', id, '--dataset', sample])).stdout.trim().split('\n');
    const late = await linesOf('5447a5ae9e0d5794');
    expect(Math.max(...late.map(line => line.length))).toBeLessThanOrEqual(120);
    expect(late.filter(line => line.includes('→'))).toEqual([expect.stringContaining('5447a5ae9e0d5794')]);
    const first = await linesOf('ea8c21ce45ec64b8');
    expect(Math.max(...first.map(line => line.length))).toBeLessThanOrEqual(130);
    expect(first[0]).toContain('→ CreateCart');
    expect(first.join('\n')).toMatch(/ {12}\(7\) └ \w+ {2}by /);
  });

  test('refuses an unknown message, a missing flag and an unknown subject', async () => {
    const { out } = await collected();
    expect((await runCommand(['show', 'message', 'abc', '--dataset', out])).stderr).toContain('has none of that id');
    expect(await runCommand(['show', 'message', 'abc'])).toMatchObject({ exitCode: 2 });
    expect((await runCommand(['show', 'mesage', 'abc'])).stderr).toContain('did you mean message?');
  });
});

describe('bin/cqshop.js', () => {
  const run = (argv: readonly string[]) => spawnSync(process.execPath, [cli, ...argv], { encoding: 'utf8' });

  test('loads nothing heavy before a verb is chosen', () => {
    const packages = new Set<string>();
    const seen = new Set<string>();
    const visit = (url: URL) => {
      if (seen.has(url.href)) return;
      seen.add(url.href);
      for (const [, specifier = ''] of readFileSync(url, 'utf8').matchAll(/^import .*?from '([^']+)';$/gm)) {
        if (specifier.startsWith('.')) visit(new URL(specifier, url));
        else if (!specifier.startsWith('node:')) packages.add(specifier);
      }
    };
    visit(new URL('../../dist/cli/main.js', import.meta.url));
    expect(seen.size).toBeGreaterThan(verbs.length);
    expect([...packages].sort()).toEqual(['commander', 'fastest-levenshtein', 'picocolors']);
  });

  test('ends quietly when the reader of stdout goes away', async () => {
    const child = spawn('/bin/sh', ['-c', `"${process.execPath}" "${cli}" list services --json; echo "exit $?" >&2`], {
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
    const child = spawn(process.execPath, [cli, 'evaluate', 'foo'], { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr?.destroy();
    expect(await new Promise(resolve => child.on('close', resolve))).toBe(2);
  });

  test('finishes the dataset on SIGINT with --follow and exits 0', async () => {
    const dir = temporaryDirectory();
    writeSyntheticRun(join(dir, 'broker'), { visits: 20, isFinished: false });
    const argv = [cli, 'collect', '--broker', `embedded:${join(dir, 'broker')}`, '--out', join(dir, 'one'), '--follow'];
    const child = spawn(process.execPath, argv, { stdio: 'ignore' });
    onTestFinished(() => void child.kill('SIGKILL'));
    const ended = new Promise<number | null>(resolve => child.on('exit', resolve));
    const hasCheckpoint = () => existsSync(join(dir, 'one.partial/checkpoint.json'));
    const poll = setInterval(() => {
      if (!hasCheckpoint()) return;
      clearInterval(poll);
      child.kill('SIGINT');
    }, 10);
    onTestFinished(() => clearInterval(poll));
    expect(await ended).toBe(0);
    expect(readdirSync(dir).sort()).toEqual(['broker', 'one']);
    expect(
      run(['collect', '--verify', '--broker', `embedded:${join(dir, 'broker')}`, '--out', join(dir, 'one')]).status,
    ).toBe(0);
  });
});
