import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { modelDir } from '../../src/cli/shipped-models.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

test("modelDir: a model of one's own comes before the one that comes with cqshop, anomaly by anomaly", () => {
  const own = join(temporaryDirectory(), 'models');
  mkdirSync(join(own, 'stock-exhaustion'), { recursive: true });
  expect(modelDir('stock-exhaustion', own)).toBe(join(own, 'stock-exhaustion'));
  expect(modelDir('price-error', own)).toBe(fileURLToPath(new URL('../../models/price-error', import.meta.url)));
});
