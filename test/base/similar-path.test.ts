import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { similarPath } from '../../src/base/similar-path.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

test('similarPath names the directory of about the same name, beside or where such directories are', () => {
  const dir = temporaryDirectory();
  for (const name of ['orders', 'web', 'rides']) mkdirSync(join(dir, name));
  for (const name of ['orders', 'web']) writeFileSync(join(dir, name, 'manifest.json'), '');
  const similar = (path: string, usual = join(dir, 'none')) => similarPath(path, { usual, file: 'manifest.json' });
  expect(similar(join(dir, 'order'))).toBe(`; did you mean ${dir}/orders?`);
  expect(similar(join(dir, 'order/'))).toBe(`; did you mean ${dir}/orders?`);
  expect(similar('nowhere/orders', dir)).toBe(`; did you mean ${dir}/orders?`);
  expect(similar(join(dir, 'payments'))).toBe('');
  expect(similar(join(dir, 'ride'))).toBe('');
});
