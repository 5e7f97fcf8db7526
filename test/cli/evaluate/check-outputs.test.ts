import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkOutputs } from '../../../src/cli/evaluate/check-outputs.ts';

test('a check of outputs removes the directories that it made, and no others', () => {
  const dir = mkdtempSync(join(tmpdir(), 'cqshop-outputs-'));
  const outputs = { out: join(dir, 'a/b/c'), overwrite: true } as Parameters<typeof checkOutputs>[1];
  checkOutputs('cqshop evaluate', outputs);
  expect([existsSync(join(dir, 'a')), existsSync(dir)]).toEqual([false, true]);
});
