import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkOutputs } from '../../../src/cli/evaluate/check-outputs.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

test('a check of outputs removes the directories that it made, and no others', () => {
  const dir = temporaryDirectory();
  const outputs = { out: join(dir, 'a/b/c'), overwrite: true } as Parameters<typeof checkOutputs>[1];
  checkOutputs('cqshop evaluate', outputs);
  expect([existsSync(join(dir, 'a')), existsSync(dir)]).toEqual([false, true]);
});
