import { existsSync, mkdirSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openWhole } from '../../src/base/whole-directory.ts';
import { expectCqshopError } from '../support/cqshop-error.ts';
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

test('openWhole checks what it may replace once it is locked, before it deletes anything', () => {
  const dir = temporaryDirectory();
  const out = join(dir, 'out');
  mkdirSync(`${out}.partial`);
  writeFileSync(join(`${out}.partial`, 'kept'), '');
  let isLocked = false;
  const check = () => {
    isLocked = existsSync(`${out}.lock`);
    throw new TypeError('no');
  };
  expect(() => openWhole(out, { ...options, check })).toThrow('no');
  expect(isLocked).toBe(true);
  expect(readdirSync(dir)).toEqual(['out.partial']);
  expect(readdirSync(`${out}.partial`)).toEqual(['kept']);
});

test('openWhole says why a directory cannot be published', async () => {
  const { partial, publish, close } = openWhole(join(temporaryDirectory(), 'out'), options);
  rmdirSync(partial);
  await expectCqshopError(publish, 'WRITE_FAILED', 'Cannot write results out: ');
  close();
});

test('openWhole keeps what it cannot replace', async () => {
  const dir = temporaryDirectory();
  const out = join(dir, 'out');
  mkdirSync(out);
  writeFileSync(join(out, 'old'), '');
  const { partial, publish, close } = openWhole(out, options);
  rmdirSync(partial);
  await expectCqshopError(publish, 'WRITE_FAILED', 'Cannot write results out: ');
  close();
  expect(readdirSync(dir)).toEqual(['out']);
  expect(readdirSync(out)).toEqual(['old']);
});

test('openWhole brings back what a killed process was replacing', () => {
  const dir = temporaryDirectory();
  const out = join(dir, 'out');
  mkdirSync(`${out}.partial.replaced`);
  writeFileSync(join(`${out}.partial.replaced`, 'old'), '');
  openWhole(out, options).close();
  expect(readdirSync(dir)).toEqual(['out']);
  expect(readdirSync(out)).toEqual(['old']);
});

test('openWhole removes what a killed process had replaced', () => {
  const dir = temporaryDirectory();
  const out = join(dir, 'out');
  for (const path of [out, `${out}.partial.replaced`]) mkdirSync(path);
  const { publish, close } = openWhole(out, options);
  publish();
  close();
  expect(readdirSync(dir)).toEqual(['out']);
});

test.each([
  ['collect', 'checkpoint.json'],
  ['evaluate', 'a'.repeat(64)],
])('openWhole never deletes the work of an unfinished %s', (command, name) => {
  const out = join(temporaryDirectory(), 'out');
  mkdirSync(`${out}.partial`);
  writeFileSync(join(`${out}.partial`, name), '{}');
  expect(() => openWhole(out, options)).toThrow(
    `Cannot write to ${out}.partial: it holds the work of an unfinished \`cqshop ${command}\`, expected another directory`,
  );
  expect(existsSync(join(`${out}.partial`, name))).toBe(true);
  // Nor is it locked afterwards.
  expect(() => openWhole(out, options)).toThrow('unfinished');
});
