import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../support/temporary-directory.ts';

test('docs/images/sample.svg is what scripts/readme-picture.js draws; if not, run `npm run docs:picture`', async () => {
  const drawn = join(temporaryDirectory(), 'sample.svg');
  await promisify(execFile)(process.execPath, ['scripts/readme-picture.js', drawn]);
  expect(readFileSync(drawn, 'utf8')).toBe(readFileSync('docs/images/sample.svg', 'utf8'));
});
