import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeDirectory } from '../../src/base/make-directory.ts';

test('makeDirectory: makes parents, takes what is there, and fails below a file', () => {
  const dir = mkdtempSync(join(tmpdir(), 'cqshop-dir-'));
  try {
    makeDirectory(join(dir, 'a', 'b', 'c'));
    makeDirectory(join(dir, 'a', 'b', 'c'));
    expect(existsSync(join(dir, 'a', 'b', 'c'))).toBe(true);
    writeFileSync(join(dir, 'file'), '');
    expect(() => makeDirectory(join(dir, 'file', 'x'))).toThrow('ENOTDIR');
    expect(() => makeDirectory(join(dir, 'file'))).toThrow('EEXIST');
  } finally {
    rmSync(dir, { recursive: true });
  }
});
