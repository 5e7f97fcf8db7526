import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { verbs } from '../../src/cli/verb-registry.ts';
import { quietHost, runCommand } from '../support/fake-host.ts';

/** Every verb that can be loaded, by the words that name it. */
const loaded = await Promise.all(
  verbs
    .flatMap(verb =>
      'subjects' in verb
        ? verb.subjects.map(({ name, load }) => ({ words: [verb.name, name], load }))
        : [{ words: [verb.name], load: verb.load }],
    )
    .map(async ({ words, load }) => ({ words, ...(await load()) })),
);

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
    for (const { words, verb } of loaded) {
      const help = await runCommand([...words, '--help']);
      expect(help).toMatchObject({ exitCode: 0, stderr: '' });
      for (const example of verb.examples) expect(help.stdout).toContain(example);
      for (const flag of ['--json', '--quiet', '--debug']) expect(help.stdout).toContain(flag);
      expect(verb.examples).not.toEqual([]);
      expect(await runCommand(['help', ...words])).toEqual(help);
      expect(await runCommand([...words, '-h'])).toEqual(help);
    }
    const helpOfHelp = await runCommand(['help', 'help']);
    expect(helpOfHelp).toMatchObject({ exitCode: 0, stderr: '' });
    expect(helpOfHelp.stdout).toContain('Usage: cqshop help ');
    expect(await runCommand(['help'])).toEqual(await runCommand(['--help']));
  });

  test.each([40, 60])('prints the help of every verb for a terminal of %i columns, but for commands', async columns => {
    for (const { words } of loaded) {
      const { stdout } = await runCommand([...words, '--help'], undefined, columns);
      const lines = stdout.split('\n').filter(line => !/^(Usage:| {2}cqshop) /.test(line));
      expect(lines.filter(({ length }) => length > columns)).toEqual([]);
    }
  });

  test.each([
    [[], 'Usage: cqshop'],
    [['list'], 'Usage: cqshop list <subject> [options]'],
    [['colect'], 'Cannot run "colect": it is unknown, expected demo, run, simulate, '],
    [['colect', '--help'], 'or help; did you mean collect?'],
    [['help', 'colect'], 'did you mean collect?'],
    [['version'], 'or help; did you mean --version?'],
    [['-v'], 'Cannot take -v: it is unknown, expected an option that cqshop --help lists; did you mean --version?'],
    [['-V'], '; did you mean --version?'],
    [['show', 'anomaly', 'price'], 'did you mean price-error?'],
    [['--json', 'list', 'scenarios'], 'Cannot take --json: it is before the verb, expected cqshop list … --json'],
    [['--json', 'validate', 'run'], 'it is before the verb, expected cqshop validate … --json'],
    [['--fo'], 'Cannot take --fo: it is unknown, expected an option that cqshop --help lists'],
    [['collect', '--fo'], 'Cannot take --fo: it is unknown, expected an option that cqshop collect --help lists'],
    [['show', 'scenario'], 'Cannot run cqshop show scenario: <scenario> is missing, expected the arguments that'],
    [['collect', '--ouut', 'a'], 'expected an option that cqshop collect --help lists; did you mean --out?'],
    [['collect', '--out'], 'Cannot take --out: it has no value, expected --out <dir>'],
    [['collect', '--out', '--json'], 'Cannot take --out "--json": it looks like an option, expected --out <dir>'],
    [['import', 'a.csv', '--value', '--out', 'a'], 'it looks like an option, expected --value <cols...>'],
    [
      ['init', 'scenario', ''],
      'Cannot run cqshop init scenario: an argument is empty, expected those that cqshop init',
    ],
    [['validate', ''], 'Cannot run cqshop validate: an argument is empty, expected those that'],
    [
      ['collect', 'extra'],
      'Cannot run cqshop collect: there are too many arguments (extra), expected those that cqshop collect --help lists',
    ],
    [['list', 'service'], 'Cannot list "service": it is unknown, expected scenarios, services, '],
    [['list', '--json', 'service'], 'did you mean services?'],
    [['show', 'anomaly', 'price-error', '--dataset', 'd'], 'expected an option that cqshop show anomaly --help lists'],
    [
      ['train', 'price-error', '--backend', 'wasn'],
      'Cannot take --backend "wasn": it is unknown, expected wasm or node; did',
    ],
    [['collect', '--broker', 'redis:1'], 'expected embedded:DIR or kafka://host:port'],
    [['collect', '--broker', 'kafka://me:secret@localhost:9092', '--out', 'a'], 'the URL holds credentials'],
    [
      ['collect', '--verify', '--follow'],
      'Cannot take --verify with --follow: each excludes the other, expected only one',
    ],
  ])('answers wrong usage %j on stderr with exit code 2', async (argv, message) => {
    const { exitCode, stdout, stderr } = await runCommand(argv);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(message);
    if (!message.startsWith('Usage')) expect(stderr).toMatch(/^error: .*\n$/);
  });

  test('fails when the help cannot be written, which streams report after the write', async () => {
    let failure: Error | undefined;
    let stderr = '';
    const exitCode = await main(['--help'], {
      ...quietHost,
      stdout: { write: () => setImmediate(() => (failure = new Error('ENOSPC'))) },
      stderr: { write: text => (stderr += text) },
      stdoutFailure: () => failure,
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

  test('wraps errors and notes to the width of a terminal', async () => {
    let stderr = '';
    const exitCode = await main(['run', 'clean', '--out', 'results/none'], {
      ...quietHost,
      stdout: { write: () => undefined },
      stderr: { write: text => (stderr += text), isTTY: true, columns: 60 },
    });
    expect(exitCode).toBe(2);
    expect(stderr).toBe(
      [
        'error: Cannot run clean: it has no anomaly, expected a\n',
        '  scenario with anomalies; for false alarms on clean runs\n',
        '  use cqshop evaluate\n',
      ].join(''),
    );
  });

  test('shows a terminal what an error holds of commands to it', async () => {
    let stderr = '';
    const argv = ['collect', '--broker', 'embedded:no\u001b[2Jbroker'];
    const host = { ...quietHost, stdout: { write: () => undefined } };
    await main(argv, { ...host, stderr: { write: text => (stderr += text), isTTY: true } });
    expect(stderr).toContain('no\\u001b[2Jbroker');
    expect(stderr).not.toContain('\u001b');
  });

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
    expect(seen.size).toBeGreaterThan(10);
    expect([...packages].sort()).toEqual(['commander', 'fastest-levenshtein', 'picocolors']);
  });
});
