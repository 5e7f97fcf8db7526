import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommand } from '../../support/fake-host.ts';

let directory = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cqshop-cli-validate-'));
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

async function cqshop(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const { exitCode, stdout, stderr } = await runCommand(argv);
  return { code: exitCode, out: stdout, err: stderr };
}

async function badScenario(): Promise<string> {
  const file = join(directory, 'bad.yaml');
  await writeFile(
    file,
    'version: 1\nname: bad\ndescription: words\nseed: 1\nstart: 2026-02-30\ndays: 0\nanomalies: []\n',
  );
  return file;
}

describe('cqshop validate', () => {
  test('finds all scenarios valid when none is named', async () => {
    const { code, out } = await cqshop('validate');
    expect(code).toBe(0);
    expect(out).toContain('stock-exhaustion: valid\n');
    expect(out).toContain('clean: valid\n');
  });

  test('prints every problem of every scenario as an error and exits 2', async () => {
    const file = await badScenario();
    const { code, out, err } = await cqshop('validate', file, 'clean', 'cleen');
    expect({ code, out }).toEqual({ code: 2, out: 'clean: valid\n' });
    expect(err.split('\n')).toEqual([
      expect.stringContaining(`error: ${file}:5:8: Cannot read scenario: start is "2026-02-30", expected a date`),
      `error: ${file}:6:7: Cannot read scenario: days is 0, expected a number of at least 1`,
      expect.stringMatching(
        /^error: Cannot read scenario cleen: there is no scenario of that name, .*did you mean clean\?$/,
      ),
      '',
    ]);
    const json = await cqshop('validate', file, '--json');
    expect(json.err.split('\n')).toHaveLength(3);
    expect(JSON.parse(json.out)).toMatchObject([
      { scenario: file, valid: false, problems: [expect.any(String), expect.any(String)] },
    ]);
  });

  test('prints one JSON document', async () => {
    const { code, out } = await cqshop('validate', 'clean', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual([{ scenario: 'clean', valid: true, problems: [] }]);
  });
});

describe('cqshop list scenarios', () => {
  test('has a row for each', async () => {
    const { code, out } = await cqshop('list', 'scenarios');
    expect(code).toBe(0);
    expect(out).toMatch(/^price-error +22 +2 +9 +\d+ +A product gets/m);
  });
});

describe('cqshop show scenario', () => {
  test('gives the place in time of each anomaly', async () => {
    const { code, out } = await cqshop('show', 'scenario', 'workload-shape');
    expect(code).toBe(0);
    expect(out).toMatch(
      /^2026-03-\d\d \d\d:\d\d +\S+ +demand-surge-subtle +workload-shape demand-surge subtle creeping$/m,
    );
  });

  test('fails with the first mistake and exits 2', async () => {
    const { code, out, err } = await cqshop('show', 'scenario', await badScenario());
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(/^error: .*bad.yaml:5:8: .* \(and 1 more: see cqshop validate .*bad.yaml\)\n$/);
  });
});
