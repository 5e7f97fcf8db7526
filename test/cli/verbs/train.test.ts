import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { simulate } from '../../../src/app/api.ts';
import { runCommand } from '../../support/fake-host.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const sample = 'datasets/sample';

test('cqshop train replaces a model with --overwrite only, and says so before it opens the dataset', async () => {
  const out = join(temporaryDirectory(), 'stock-exhaustion');
  cpSync('models/stock-exhaustion', out, { recursive: true });
  const model = () => readFileSync(join(out, 'model.json'), 'utf8');
  const before = model();
  const train = ['train', 'stock-exhaustion', '--out', out, '--dataset'];
  for (const dataset of [sample, 'there/is/none']) {
    expect(await runCommand([...train, dataset])).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `error: Cannot write a model to ${out}: it holds a model, expected another directory with --out, or --overwrite to replace the model\n`,
    });
  }
  expect(model()).toBe(before);
  const replaced = await runCommand([...train, sample, '--overwrite']);
  expect(replaced).toMatchObject({ exitCode: 0, stderr: `replaced the model that was in ${out}\n` });
  expect(model()).not.toBe(before);
  // 7814 messages in two days.
  expect(JSON.parse(model()).training).toMatchObject({ days: 2, messagesPerDay: 3907 });
});

test('cqshop train lets one of two that write to the same directory finish, and says to the other who is there', async () => {
  const dir = temporaryDirectory();
  const out = join(dir, 'model');
  const argv = ['train', 'stock-exhaustion', '--detector', 'rule', '--dataset', sample, '--out', out];
  const both = await Promise.all([runCommand(argv), runCommand(argv)]);
  expect(both.map(({ exitCode }) => exitCode).sort()).toEqual([0, 1]);
  expect(both.map(({ stderr }) => stderr).join('')).toContain(
    `Cannot take ${out}.lock: process ${process.pid} is training`,
  );
  expect(readdirSync(dir)).toEqual(['model']);
});

test('cqshop train leaves the models of the repository alone', async () => {
  const path = 'models/stock-exhaustion/model.json';
  const before = readFileSync(path);
  const { exitCode, stderr } = await runCommand(['train', 'stock-exhaustion', '--dataset', sample]);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 2,
    stderr: expect.stringContaining('Cannot write a model to models/stock-exhaustion: it holds a model'),
  });
  expect(readFileSync(path)).toEqual(before);
});

test('cqshop train takes several datasets, by commas or by several options, each once', async () => {
  const dir = temporaryDirectory();
  const other = join(dir, 'other, with a comma');
  await simulate('sample', { out: other, seed: 820_001 });
  const train = ['train', 'stock-exhaustion', '--detector', 'rule', '--out'];
  const days = (name: string) => JSON.parse(readFileSync(join(dir, name, 'model.json'), 'utf8')).training.days;
  await runCommand([...train, join(dir, 'one'), '--dataset', sample, '--dataset', other]);
  expect(days('one')).toBe(4);
  const again = await runCommand([...train, join(dir, 'two'), '--dataset', `${sample},${sample}/`]);
  expect(again).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining(`it holds the same events as ${sample}, expected each dataset once`),
  });
  const series = await runCommand(['train', 'series', '--out', join(dir, 'three'), '--dataset', `${sample},${dir}`]);
  expect(series).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('several datasets are named') });
});

test('an option that takes one value is refused when it is given with two', async () => {
  const twice = await runCommand(['train', 'price-error', '--dataset', sample, '--seed', '1', '--seed', '2']);
  expect(twice).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: 'error: Cannot take --seed "2": it is given as "1" before, expected one value\n',
  });
});
