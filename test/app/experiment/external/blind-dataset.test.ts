import fs, { cpSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { writeBlindDataset } from '../../../../src/app/experiment/external/blind-dataset.ts';
import { lockOutput } from '../../../../src/base/lock.ts';
import { expectCqshopError } from '../../../support/cqshop-error.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

const sample = 'datasets/sample';

function failLinks(code: string): void {
  vi.spyOn(fs, 'linkSync').mockImplementation(() => {
    throw Object.assign(new Error(`${code}: no link`), { code });
  });
  // Modules may have imported it already.
  syncBuiltinESMExports();
}

afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

test('all files are read-only, since other programs get them too', () => {
  const dir = temporaryDirectory();
  const [full, out] = [join(dir, 'full'), join(dir, 'blind')];
  cpSync(sample, full, { recursive: true });
  writeBlindDataset(full, out, true);
  for (const name of ['events.csv', 'labels.jsonl', 'manifest.json'])
    expect(statSync(join(out, name)).mode & 0o222).toBe(0);
});

test.each(['EXDEV', 'EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK'])('copies and locks where a link fails with %s', code => {
  failLinks(code);
  const dir = temporaryDirectory();
  const out = join(dir, 'blind');
  writeBlindDataset(sample, out, true);
  for (const name of ['events.csv', 'labels.jsonl'])
    expect(readFileSync(join(out, name)).equals(readFileSync(join(sample, name)))).toBe(true);
  expect(readFileSync(join(out, 'manifest.json'), 'utf8')).not.toContain('seed');
  const lock = () => lockOutput(join(dir, 'one'), { what: 'one', work: 'testing' });
  const release = lock();
  expect(lock).toThrow('is testing there');
  release();
});

test('says what cannot be written', async () => {
  const out = join(temporaryDirectory(), 'blind');
  writeFileSync(out, '');
  await expectCqshopError(() => writeBlindDataset(sample, out, true), 'WRITE_FAILED', `Cannot write dataset ${out}`);
});

test('a lock that a living process took over meanwhile stays its own where no link can be made', () => {
  failLinks('EPERM');
  const path = join(temporaryDirectory(), 'one.lock');
  const dead = 2 ** 22 + 1;
  writeFileSync(path, `${dead}\n`);
  const { renameSync } = fs;
  vi.spyOn(fs, 'renameSync').mockImplementationOnce((from, to) => {
    writeFileSync(path, `${process.ppid}\n`);
    renameSync(from, to);
  });
  syncBuiltinESMExports();
  const lock = () => lockOutput(path.slice(0, -'.lock'.length), { what: 'one', work: 'testing' });
  expect(lock).toThrow(`process ${process.ppid} is testing there`);
  expect(readFileSync(path, 'utf8')).toBe(`${process.ppid}\n`);
});

test('other failures of a link are not hidden', () => {
  failLinks('ENOSPC');
  expect(() => writeBlindDataset(sample, join(temporaryDirectory(), 'blind'), false)).toThrow('ENOSPC');
});
