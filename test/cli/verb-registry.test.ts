import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { resolveNamed } from '../../src/cli/resolve-named.ts';
import type { Verb } from '../../src/cli/verb.ts';
import { verbs } from '../../src/cli/verb-registry.ts';
import { searchedAnomalies } from '../../src/lab/detectors/registry.ts';
import { vocabulary } from '../../src/shop/scenarios/vocabulary.ts';
import { services } from '../../src/shop/services/registry.ts';
import { runCommand } from '../support/fake-host.ts';

const isPage = (name: string) => name.endsWith('.md');
const pages = [
  'README.md',
  ...readdirSync('docs', { encoding: 'utf8' })
    .filter(isPage)
    .map(name => `docs/${name}`),
];

/** The lines of a page's code blocks that begin with cqshop, without comments and the shell's `&` and `>`. */
function linesOf(page: string): readonly string[] {
  const blocks = readFileSync(page, 'utf8').matchAll(/^```.*\n([\s\S]*?)^```/gm);
  return [...blocks]
    .flatMap(([, block = '']) => block.split('\n'))
    .flatMap(line => /^(?:npx )?(cqshop [^#&>]*)/.exec(line)?.[1]?.trim() ?? []);
}

/** By the words that name it. */
const loaded: ReadonlyMap<string, Verb> = new Map(
  await Promise.all(
    verbs
      .flatMap(verb =>
        'load' in verb ? [verb] : verb.subjects.map(({ name, load }) => ({ name: `${verb.name} ${name}`, load })),
      )
      .map(async ({ name, load }) => [name, (await load()).verb] as const),
  ),
);

const lines = [
  ...[...loaded].flatMap(([name, { examples }]) => examples.map(example => [`${name} --help`, example] as const)),
  ...verbs.flatMap(verb => ('example' in verb ? [[`${verb.name} --help`, verb.example] as const] : [])),
  ...pages.flatMap(page => linesOf(page).map(line => [page, line] as const)),
];

/** The words of a command as a shell reads them: `mine='python3 mine.py'` is one. */
function wordsOf(line: string): readonly string[] {
  return (line.match(/(?:'[^']*'|[^\s'])+/g) ?? []).map(word => word.replaceAll("'", ''));
}

/** What a verb would be given, found by the command line's own parser; the verb itself does not run. */
async function parsed(line: string): Promise<Parameters<Verb['run']>[0]> {
  const words = wordsOf(line).slice(1);
  const verb = loaded.get(words.slice(0, 2).join(' ')) ?? loaded.get(words[0] ?? '');
  if (verb === undefined) throw new Error(`there is no verb ${words[0]}`);
  const run = vi.spyOn(verb, 'run').mockResolvedValue(0);
  expect(await runCommand(words)).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  const [input] = run.mock.lastCall ?? [];
  if (input === undefined) throw new Error('the verb was not run');
  return input;
}

/** Words that stand for something that is not in the repository: a file of the reader's. */
const isOwnFile = (word: string) => /\.ya?ml$/.test(word);

const isNumber = (value: unknown) => typeof value === 'number';

/** What the arguments of a verb may be; verbs that are not here take anything. */
const subjects: Readonly<Record<string, ReadonlySet<string>>> = {
  train: new Set(searchedAnomalies),
  detect: new Set(searchedAnomalies),
  evaluate: new Set(vocabulary.anomalies.keys()),
  serve: new Set(services.map(({ name }) => name)),
};

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a command line of the help and the docs can be run:', () => {
  test('there are some on every page that explains commands', () => {
    const found = new Set(lines.map(([page]) => page));
    for (const page of ['README.md', 'docs/kafka.md', 'docs/live.md', 'simulate --help']) expect(found).toContain(page);
  });

  test.each(lines)('%s: %s', async (_page, line) => {
    const [, verb = ''] = line.split(' ');
    const { arguments: words, options } = await parsed(line);
    // With --merge they are directories.
    const named = options.merge === true ? [] : words;
    for (const word of named) if (subjects[verb] !== undefined) expect(subjects[verb]).toContain(word);
    if (!['simulate', 'run', 'validate'].includes(verb) && !line.startsWith('cqshop show scenario ')) return;
    const { days, seed, scale } = options;
    for (const name of words.filter(word => !isOwnFile(word))) {
      const overrides = {
        days: isNumber(days) ? days : undefined,
        seed: isNumber(seed) ? seed : undefined,
        scale: isNumber(scale) ? scale : undefined,
      };
      const resolved = await resolveNamed(name, overrides);
      expect(resolved.name).toBe(name);
      // Who tries it sits and waits: 144 s a day at the default speed.
      if (options.live === true) expect(resolved.days).toBe(1);
    }
  });
});

describe('the examples can be run', () => {
  const examples = [...loaded].filter(([name]) => /^(list|show) /.test(name)).flatMap(([, verb]) => verb.examples);

  test.each(examples)('%s', async example => {
    expect(await runCommand(example.split(' ').slice(1))).toMatchObject({ exitCode: 0, stderr: '' });
  });
});
