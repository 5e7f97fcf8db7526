import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readModels } from '../../../src/app/experiment/evaluate-seeds.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

test('readModels reads the models of the others, and no lock that a training left', () => {
  const dir = join(temporaryDirectory(), 'price-error');
  cpSync('models/price-error', dir, { recursive: true });
  const before = readModels(dir, 'price-error').length;
  writeFileSync(join(dir, 'others', 'new.lock'), '1\n');
  expect(readModels(dir, 'price-error')).toHaveLength(before);
});
