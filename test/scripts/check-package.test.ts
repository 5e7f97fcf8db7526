import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../support/temporary-directory.ts';

// `npm run check:package` does the same, and more, with every supported version of Node.
test('the packed tarball works in an empty directory: help examples, JavaScript and TypeScript', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    'scripts/check-package.js',
    '--brief',
    temporaryDirectory(),
  ]);
  expect(stdout).toContain('runs: cqshop detect stock-exhaustion --dataset datasets/sample');
  expect(stdout).toContain('imports: Simulate, train, detect');
  expect(stdout).toContain('types resolve: node16');
});
