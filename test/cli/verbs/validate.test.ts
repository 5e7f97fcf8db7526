import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCommand } from '../../support/fake-host.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

function badScenario(): string {
  const file = join(temporaryDirectory(), 'bad.yaml');
  const head = 'version: 1\nname: bad\ndescription: words\nseed: 1\n';
  writeFileSync(file, `${head}start: 2026-02-30\ndays: 0\nanomalies: []\n`);
  return file;
}

describe('cqshop validate', () => {
  test('finds all scenarios valid when none is named', async () => {
    const { exitCode, stdout } = await runCommand(['validate']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('stock-exhaustion: valid\n');
    expect(stdout).toContain('clean: valid\n');
  });

  test('prints every problem of every scenario as an error and exits 2', async () => {
    const file = badScenario();
    const { exitCode, stdout, stderr } = await runCommand(['validate', file, 'clean', 'cleen']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: 'clean: valid\n' });
    expect(stderr.split('\n')).toEqual([
      expect.stringContaining(`error: ${file}:5:8: Cannot read scenario: start is "2026-02-30", expected a date`),
      `error: ${file}:6:7: Cannot read scenario: days is 0, expected a number of at least 1`,
      expect.stringMatching(
        /^error: Cannot read scenario cleen: there is no scenario of that name, .*did you mean clean\?$/,
      ),
      '',
    ]);
    const json = await runCommand(['validate', file, '--json']);
    expect(json.stderr.split('\n')).toHaveLength(3);
    expect(JSON.parse(json.stdout)).toMatchObject([
      { scenario: file, valid: false, problems: [expect.any(String), expect.any(String)] },
    ]);
  });

  test('prints one JSON document', async () => {
    const { stdout } = await runCommand(['validate', 'clean', '--json']);
    expect(JSON.parse(stdout)).toEqual([{ scenario: 'clean', valid: true, problems: [] }]);
  });
});

describe('cqshop list scenarios', () => {
  test('has a row for each', async () => {
    const { stdout } = await runCommand(['list', 'scenarios']);
    expect(stdout).toMatch(/^price-error +22 +2 +9 +\d+ +A product gets/m);
  });
});

describe('cqshop show scenario', () => {
  test('gives the place in time of each anomaly', async () => {
    const { stdout } = await runCommand(['show', 'scenario', 'workload-shape']);
    expect(stdout).toMatch(
      /^2026-03-\d\d \d\d:\d\d +\S+ +demand-surge-subtle +workload-shape demand-surge subtle creeping$/m,
    );
  });

  test('fails with the first mistake and exits 2', async () => {
    const { exitCode, stdout, stderr } = await runCommand(['show', 'scenario', badScenario()]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/^error: .*bad.yaml:5:8: .* \(and 1 more: see cqshop validate .*bad.yaml\)\n$/);
  });
});
