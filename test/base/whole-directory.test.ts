import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openWhole } from '../../src/base/whole-directory.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const options = { what: 'results out', work: 'testing', check: () => undefined };

test('openWhole replaces a directory when it is published, and leaves nothing else', () => {
  const dir = temporaryDirectory();
  const out = join(dir, 'out');
  mkdirSync(out);
  writeFileSync(join(out, 'old'), '');
  const { partial, publish, close } = openWhole(out, options);
  writeFileSync(join(partial, 'new'), '');
  expect(readdirSync(out)).toEqual(['old']);
  publish();
  close();
  expect(readdirSync(out)).toEqual(['new']);
  expect(readdirSync(dir)).toEqual(['out']);
});

test('openWhole leaves what was there if nothing is published', () => {
  const dir = temporaryDirectory();
  const { partial, close } = openWhole(join(dir, 'out'), options);
  writeFileSync(join(partial, 'new'), '');
  close();
  expect(readdirSync(dir)).toEqual([]);
});

test('openWhole never deletes what an unfinished collection has collected', () => {
  const out = join(temporaryDirectory(), 'out');
  mkdirSync(`${out}.partial`);
  writeFileSync(join(`${out}.partial`, 'checkpoint.json'), '{}');
  expect(() => openWhole(out, options)).toThrow(
    `Cannot write results out: ${out}.partial holds what an unfinished \`cqshop collect\` has collected, expected another`,
  );
  expect(existsSync(join(`${out}.partial`, 'checkpoint.json'))).toBe(true);
  // Nor is it locked afterwards.
  expect(() => openWhole(out, options)).toThrow('unfinished');
});
