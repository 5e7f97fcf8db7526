import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recordDataset } from '../../src/experiment/tasks.ts';
import { scenarioFor } from '../support/run-scenario.ts';

test('datasets/sample is what simulate and collect make of its scenario, byte for byte', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'cqshop-sample-'));
  try {
    const out = join(dir, 'sample');
    await recordDataset({ scenario: await scenarioFor('sample'), broker: join(dir, 'broker'), out });
    const committed = new URL('../../datasets/sample/', import.meta.url).pathname;
    expect(readdirSync(out).sort()).toEqual(readdirSync(committed).sort());
    for (const file of readdirSync(out)) {
      expect({ file, text: readFileSync(join(out, file), 'utf8') }).toEqual({
        file,
        text: readFileSync(join(committed, file), 'utf8'),
      });
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
