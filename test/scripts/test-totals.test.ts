import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const script = fileURLToPath(new URL('../../scripts/test-totals.js', import.meta.url));

type FileResult = { readonly status: string; readonly tests: readonly string[] };

const whole: FileResult = { status: 'passed', tests: ['passed', 'passed'] };

/** A report of vitest with one file for each result. */
function report(...files: readonly FileResult[]): string {
  const tests = files.flatMap(file => file.tests);
  return JSON.stringify({
    numPassedTests: tests.filter(status => status === 'passed').length,
    numFailedTests: tests.filter(status => status === 'failed').length,
    testResults: files.map(({ status, tests: ofFile }, index) => ({
      name: `${index}.test.ts`,
      status,
      message: '',
      assertionResults: ofFile.map(ofTest => ({ status: ofTest })),
    })),
  });
}

test.each<readonly [what: string, text: string, exitCode: string, line: string, status: number]>([
  ['all passed', report(whole, whole), '0', '4 passed, 0 failed', 0],
  ['a test failed', report(whole, { status: 'failed', tests: ['passed', 'failed'] }), '1', '3 passed, 1 failed', 1],
  ['a file could not be loaded', report(whole, { status: 'failed', tests: [] }), '1', '2 passed, 1 failed', 1],
  [
    'the set-up of a file failed',
    report(whole, { status: 'failed', tests: ['skipped', 'skipped'] }),
    '1',
    '2 passed, 1 failed',
    1,
  ],
  ['an error came from outside of every file', report(whole), '1', '2 passed, 1 failed', 1],
  ['no test ran', report(), '0', '0 passed, 1 failed', 1],
  ['vitest left nothing', '', '1', '0 passed, 1 failed', 1],
  ['vitest left half of its report', report(whole).slice(0, 40), '1', '0 passed, 1 failed', 1],
])('test-totals: %s', (_, text, exitCode, line, status) => {
  const file = join(temporaryDirectory(), 'report.json');
  writeFileSync(file, text);
  const found = spawnSync(process.execPath, [script, file, exitCode], { encoding: 'utf8' });
  expect({ line: found.stdout.trimEnd(), status: found.status }).toEqual({ line, status });
});
