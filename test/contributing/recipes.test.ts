import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Change, edited, type Recipe, recipesOf } from './recipes.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const recipes = recipesOf(readFileSync(join(root, 'docs/recipes.md'), 'utf8'));

/** What a clone holds and a recipe may change. */
const copied = ['.gitignore', 'biome.json', 'package.json', 'tsconfig.json', 'tsconfig.build.json', 'vitest.config.ts'];
const copiedFolders = ['docs', 'scenarios', 'schemas', 'scripts', 'src', 'test'];
/** What is only read. */
const linked = ['bin', 'datasets', 'models', 'node_modules', 'README.md', 'CHANGELOG.md'];

/** The files and the filter by name of a command line that runs tests. */
const testLine = /^npx vitest run (.+) -t '(.+)'$/;

const reportSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      message: z.string(),
      assertionResults: z.array(
        z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()) }),
      ),
    }),
  ),
});

/** Runs a command in the copy, outside this run of vitest. */
function run(dir: string, command: string, args: readonly string[]) {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST$|NODE_ENV$)/.test(name)),
  );
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: dir, env, encoding: 'utf8' });
  return { status, output: `${stdout}${stderr}` };
}

/** Every recipe is followed in one copy of the source, as its page says; then the tests that they name run together. */
describe('docs/recipes.md', () => {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'cqshop-recipes-')));
  const changed = recipes.flatMap(({ changes }) => changes.map(({ path }) => path));
  const testLines = recipes.flatMap(({ name, commands }) =>
    commands.flatMap(line => {
      const [, files = '', filter = ''] = testLine.exec(line) ?? [];
      return files === '' ? [] : [{ name, files: files.split(' '), filter }];
    }),
  );
  let tests: readonly z.infer<typeof reportSchema>['testResults'][number][];

  beforeAll(() => {
    for (const name of [...copied, ...copiedFolders]) cpSync(join(root, name), join(dir, name), { recursive: true });
    for (const name of linked) symlinkSync(join(root, name), join(dir, name));
    for (const { changes, commands } of recipes) {
      for (const change of changes) {
        const path = join(dir, change.path);
        if (change.kind === 'edit') writeFileSync(path, edited(readFileSync(path, 'utf8'), change));
        else {
          if (existsSync(path)) throw new Error(`${change.path} is there already`);
          mkdirSync(dirname(path), { recursive: true });
          writeFileSync(path, change.text);
        }
      }
      const script = commands.filter(line => !testLine.test(line)).join('\n');
      const { status, output } = run(dir, 'bash', ['-ec', script]);
      if (status !== 0) throw new Error(`${script}\n${output}`);
    }
    const report = join(dir, 'report.json');
    const { output } = run(dir, process.execPath, [
      ...['node_modules/vitest/vitest.mjs', 'run'],
      ...new Set(testLines.flatMap(({ files }) => files)),
      ...['-t', testLines.map(({ filter }) => filter).join('|')],
      ...['--reporter=json', `--outputFile=${report}`],
    ]);
    if (!existsSync(report)) throw new Error(output);
    tests = reportSchema.parse(JSON.parse(readFileSync(report, 'utf8'))).testResults;
  });

  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  test('has a recipe for each thing that one adds', () => {
    expect(recipes.map(({ name }) => name)).toEqual([
      'Add a near miss',
      'Add an anomaly',
      'Add a detector',
      'Add a service',
      'Add a metric',
      'Add a verb',
    ]);
  });

  test('has the new and edited files that CONTRIBUTING.md lists', () => {
    const rows = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8').matchAll(/^\| (an? .+) \| (.+) \| (.+) \|$/gm);
    const pathsIn = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, path]) => path);
    const listed = [...rows].map(([, what, created = '', edits = '']) => [
      `Add ${what}`,
      pathsIn(created),
      pathsIn(edits),
    ]);
    const pathsOf = ({ changes }: Recipe, kind: Change['kind']) =>
      changes.filter(change => change.kind === kind).map(({ path }) => path);
    expect(listed).toEqual(recipes.map(recipe => [recipe.name, pathsOf(recipe, 'new'), pathsOf(recipe, 'edit')]));
  });

  test('its code compiles', () => {
    expect(run(dir, process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'])).toEqual({
      status: 0,
      output: '',
    });
  });

  test('its code is formatted and linted', () => {
    const files = [...new Set(changed)].filter(path => path.endsWith('.ts'));
    const { status, output } = run(dir, 'node_modules/.bin/biome', ['check', '--error-on-warnings', ...files]);
    expect({ status, output: status === 0 ? '' : output }).toEqual({ status: 0, output: '' });
  });

  test.each(recipes)('$name: the tests that it names pass', ({ name }) => {
    const lines = testLines.filter(line => line.name === name);
    expect(lines).not.toEqual([]);
    for (const { files, filter } of lines) {
      for (const file of files) {
        const ofFile = tests.filter(result => result.name === join(dir, file));
        const chosen = ofFile
          .flatMap(({ assertionResults }) => assertionResults)
          .filter(({ fullName, status }) => new RegExp(filter).test(fullName) && status !== 'skipped');
        expect([file, ofFile.map(({ message }) => message).join('')]).toEqual([file, '']);
        expect(chosen.length, `${file} has no test '${filter}'`).toBeGreaterThan(0);
        expect(chosen.filter(({ status }) => status !== 'passed')).toEqual([]);
      }
    }
  });
});
