import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lockInside, lockOutput } from '../../src/base/lock.ts';
import { expectCqshopError } from '../support/cqshop-error.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const purpose = { what: 'one', work: 'testing' };
/** No file system of ours takes a name of 256 bytes: as OUT.lock. */
const longName = 'n'.repeat(251);

test.each([
  ['lockOutput', (dir: string) => lockOutput(join(dir, 'new', longName), purpose)],
  ['lockInside', (dir: string) => lockInside(join(dir, 'new', 'deep'), `${longName}.lock`, purpose)],
])('%s removes what it made where no lock can be made', async (_, lock) => {
  const dir = temporaryDirectory();
  await expectCqshopError(async () => lock(dir), 'WRITE_FAILED');
  expect(readdirSync(dir)).toEqual([]);
});

test('a lock says what its owner does, not what the process does that finds it', () => {
  const out = join(temporaryDirectory(), 'out');
  const release = lockOutput(out, { what: 'dataset out', work: 'collecting' });
  const exporting = () => lockOutput(out, { what: 'out', work: 'exporting' });
  expect(exporting).toThrow(`Cannot take ${out}.lock: process ${process.pid} is collecting there, expected no other`);
  release();
  exporting()();
  expect(readdirSync(join(out, '..'))).toEqual([]);
});
