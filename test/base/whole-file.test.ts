import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeDirectory, withoutSlash, writeWhole } from '../../src/base/whole-file.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

test('makeDirectory: makes parents, takes what is there, and fails below a file', () => {
  const dir = temporaryDirectory();
  expect(makeDirectory(join(dir, 'a', 'b', 'c'))).toBe(join(dir, 'a'));
  expect(makeDirectory(join(dir, 'a', 'b', 'c'))).toBeUndefined();
  expect(makeDirectory(join(dir, 'a', 'd'))).toBe(join(dir, 'a', 'd'));
  expect(existsSync(join(dir, 'a', 'b', 'c'))).toBe(true);
  writeFileSync(join(dir, 'file'), '');
  expect(() => makeDirectory(join(dir, 'file', 'x'))).toThrow('ENOTDIR');
  expect(() => makeDirectory(join(dir, 'file'))).toThrow('EEXIST');
});

test('writeWhole: the old content stays until the new one is whole', () => {
  const dir = temporaryDirectory();
  const path = join(dir, 'file');
  writeWhole(path, 'old');
  const seen: string[] = [];
  const onStep = (step: string) => void seen.push(`${step}: ${readFileSync(path, 'utf8')}`);
  writeWhole(path, 'new', { isDurable: true, onStep });
  expect(seen).toEqual(['written: old', 'synced: old', 'renamed: new']);
  expect(readdirSync(dir)).toEqual(['file']);
  expect(() => writeWhole(join(dir, 'none', 'file'), '')).toThrow('ENOENT');
});

test('withoutSlash: takes slashes off the end, but not from the root', () => {
  expect(['out/', 'out//', 'a/b', '/'].map(withoutSlash)).toEqual(['out', 'out', 'a/b', '/']);
});
