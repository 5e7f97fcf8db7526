import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { importDirections } from '../../scripts/import-directions.js';
import { temporaryDirectory } from '../support/temporary-directory.ts';

function restricting(includes: readonly string[], group: readonly string[]): object {
  const options = { patterns: [{ group, message: '' }] };
  return { includes, linter: { rules: { style: { noRestrictedImports: { level: 'error', options } } } } };
}

function read(...overrides: readonly object[]): readonly unknown[] {
  return [...importDirections(JSON.stringify({ overrides }))];
}

describe('importDirections', () => {
  test('gives the wings from the lowest up, each with those that it may import', () => {
    expect(
      read(
        restricting(['src/cellar/**'], ['**/hall/**', '**/attic/**']),
        { includes: ['test/**'], linter: { rules: {} } },
        restricting(['src/hall/**'], ['**/attic/**']),
      ),
    ).toEqual([
      ['cellar', []],
      ['hall', ['cellar']],
      ['attic', ['cellar', 'hall']],
    ]);
  });

  test('refuses what it would misread', () => {
    expect(() => read(restricting(['src/a/**', 'src/b/**'], []))).toThrow('expected one glob a wing');
    expect(() => read(restricting(['src/a/*.ts'], []))).toThrow("'src/a/*.ts' names no wing");
    expect(() => read(restricting(['src/a/**'], ['../b/c.ts']))).toThrow("'../b/c.ts' names no wing");
    expect(() => read(restricting(['src/a/**'], []), restricting(['src/a/**'], []))).toThrow('restricted twice');
    expect(() => read(restricting(['src/a/**'], []), restricting(['src/b/**'], []))).toThrow(
      'b may import a may import b',
    );
  });
});

test('Biome refuses exactly the imports that these directions leave out', async () => {
  const config = z.looseObject({}).parse(JSON.parse(await readFile('biome.json', 'utf8')));
  const directions = importDirections(JSON.stringify(config));
  const dir = temporaryDirectory();
  await writeFile(join(dir, 'biome.json'), JSON.stringify({ ...config, vcs: { enabled: false } }));
  const wings = [...directions.keys()];
  for (const wing of wings) {
    await mkdir(join(dir, 'src', wing, 'room'), { recursive: true });
    const imports = wings.map(other => `import type { A${wings.indexOf(other)} } from '../../${other}/room/y.ts';\n`);
    await writeFile(join(dir, 'src', wing, 'room', 'x.ts'), imports.join(''));
  }

  const biome = resolve('node_modules/@biomejs/biome/bin/biome');
  const flags = ['lint', '--only=style/noRestrictedImports', '--reporter=json', '--max-diagnostics=none', 'src'];
  const failed: unknown = await promisify(execFile)(process.execPath, [biome, ...flags], { cwd: dir }).catch(e => e);
  const { stdout } = z.object({ stdout: z.string() }).parse(failed);
  const location = z.object({ path: z.string(), start: z.object({ line: z.number() }) });
  const { diagnostics } = z
    .object({ diagnostics: z.array(z.object({ category: z.string(), location })) })
    .parse(JSON.parse(stdout));
  const refused = diagnostics.map(({ location: { path, start } }) => `${path.split('/')[1]} ${wings[start.line - 1]}`);

  const expected = [...directions].flatMap(([wing, allowed]) =>
    wings.filter(other => other !== wing && !allowed.includes(other)).map(other => `${wing} ${other}`),
  );
  expect(expected.length).toBeGreaterThan(20);
  expect(refused.sort()).toEqual(expected.sort());
});
