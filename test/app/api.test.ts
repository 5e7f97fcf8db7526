import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { audit, detect, evaluate, importSeries, readDataset, simulate, train } from '../../src/app/api.ts';
import { expectCqshopError } from '../support/cqshop-error.ts';
import { runCommand } from '../support/fake-host.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const dataset = 'datasets/sample';

test('train and detect give what the verbs give', async () => {
  const dir = temporaryDirectory();
  const [byVerb, byCode] = [join(dir, 'by-verb'), join(dir, 'by-code')];
  const named = ['stock-exhaustion', '--dataset', dataset];
  await runCommand(['train', ...named, '--detector', 'stump', '--out', byVerb]);
  await train('stock-exhaustion', { dataset, detector: 'stump', out: byCode });
  const modelOf = (model: string) => readFileSync(join(model, 'model.json'), 'utf8');
  expect(modelOf(byCode)).toBe(modelOf(byVerb));

  const command = ['detect', ...named, '--model', byVerb, '--out', join(dir, 'found'), '--json'];
  const { alarms, rows } = JSON.parse((await runCommand(command)).stdout);
  const found = await detect(byCode, dataset);
  expect(alarms).not.toEqual([]);
  expect(JSON.parse(JSON.stringify(found))).toEqual({ alarms, rows });
});

test('train refuses what the verb refuses', async () => {
  await expect(train('price-error', { dataset, detector: 'cart-of-many-runs' })).rejects.toThrow(
    'Cannot train cart-of-many-runs: it is a reference, which evaluate --reference trains',
  );
  await expect(train('price-error', { dataset, validation: [dataset] })).rejects.toThrow(
    `Cannot validate on ${dataset}: it is a training dataset, expected a clean dataset of another seed`,
  );
});

test('wrong arguments are a CqshopError with a code', async () => {
  const seeds = { seeds: 1, firstSeed: 829_201 };
  const importing = { files: ['x.csv'], time: 'time', out: join(temporaryDirectory(), 'out') };
  for (const [work, code, message] of [
    [() => evaluate({ ...seeds, anomalies: ['nope'] }), 'UNKNOWN_NAME', 'Cannot find anomaly nope: it is unknown'],
    [() => evaluate({ ...seeds, anomalies: ['series'] }), 'USAGE', 'the shop has no such anomaly'],
    [
      () => audit([dataset, `${dataset}/`]),
      'USAGE',
      `it holds the same events as ${dataset}, expected each dataset once`,
    ],
    [() => audit('nope'), 'DATASET_NOT_FOUND', 'Cannot open dataset nope: there is no such directory'],
    [() => importSeries({ ...importing, count: 'a', values: ['b'] }), 'USAGE', 'counts and one of values are named'],
  ] as const) {
    await expectCqshopError(work, code, message);
  }
});

describe('from plain JavaScript', () => {
  const out = 'never-written';
  const importing = { files: ['x.csv'], time: 'time', out };
  const seeds = { seeds: 1, firstSeed: 829_201 };
  const functions = { simulate, importSeries, readDataset, train, detect, evaluate, audit };

  test.each<[name: keyof typeof functions, given: readonly unknown[], message: string]>([
    ['simulate', [], 'there is no scenario, expected the name of a scenario, or a YAML file'],
    ['simulate', ['sample'], 'there is no options, expected an object with options'],
    ['simulate', ['sample', {}], 'there is no options.out, expected the name of a directory'],
    ['simulate', ['sample', { out: '' }], 'options.out is "", expected the name of a directory'],
    ['simulate', ['sample', { out, seeds: 7 }], 'options.seeds is unknown, expected seed, start, days, scale, out, '],
    ['simulate', ['sample', { out, days: 1.5 }], 'options.days is 1.5, expected a whole number'],
    ['simulate', ['sample', { out, seed: 7n }], 'options.seed is 7n, expected a number'],
    ['simulate', ['sample', { out, twin: 'false' }], 'options.twin is "false", expected true or false'],
    ['simulate', ['sample', { out, signal: {} }], 'options.signal is {}, expected an AbortSignal'],
    ['importSeries', [], 'there is no options, expected an object with options'],
    [
      'importSeries',
      [{ ...importing, files: 'x.csv' }],
      'options.files is "x.csv", expected a list of at least one file',
    ],
    ['importSeries', [{ ...importing, files: [] }], 'options.files is [], expected a list of at least one file'],
    ['importSeries', [{ ...importing, files: [7] }], 'options.files[0] is 7, expected the name of a file'],
    ['importSeries', [{ ...importing, value: ['v'] }], 'options.value is unknown, expected files, time, '],
    ['importSeries', [{ ...importing, values: 'v' }], 'options.values is "v", expected a list of columns'],
    [
      'importSeries',
      [{ ...importing, dateOrder: 'ymd' }],
      'options.dateOrder is "ymd", expected dmy or mdy; did you mean dmy?',
    ],
    ['importSeries', [{ ...importing, from: 1e12 }], 'options.from is 1000000000000, expected the text of a time'],
    ['importSeries', [{ ...importing, onNote: 'x' }], 'options.onNote is "x", expected a function'],
    ['readDataset', [], 'there is no dir, expected the name of a directory'],
    ['readDataset', [new Map()], 'dir is Map(0) {}, expected the name of a directory'],
    [
      'train',
      ['price-error', { datasets: dataset }],
      'there is no options.dataset, expected a dataset, its directory, or a list',
    ],
    ['train', ['price-error', { dataset: [] }], 'options.dataset is [], expected a list of at least one dataset'],
    [
      'train',
      ['price-error', { dataset: Promise.resolve() }],
      'options.dataset is Promise { undefined }, expected a dataset, ',
    ],
    [
      'train',
      ['price-error', { dataset, validation: dataset }],
      'options.validation is "datasets/sample", expected a list of datasets',
    ],
    [
      'train',
      ['price-error', { dataset, falseAlarmsPerDay: 0 }],
      'options.falseAlarmsPerDay is 0, expected a number above 0',
    ],
    ['train', ['price-error', { dataset, seed: '1' }], 'options.seed is "1", expected a number'],
    ['train', [7, { dataset }], 'anomaly is 7, expected the id of an anomaly'],
    [
      'detect',
      [{ model: 'm', dataset }],
      "model is { model: 'm', dataset: 'datasets/sample' }, expected a model, or its directory",
    ],
    ['detect', ['models/price-error'], 'there is no dataset, expected a dataset, or its directory'],
    [
      'detect',
      ['models/price-error', [dataset]],
      "dataset is [ 'datasets/sample' ], expected a dataset, or its directory",
    ],
    [
      'detect',
      ['models/price-error', dataset, () => undefined],
      'options is [Function (anonymous)], expected an object',
    ],
    [
      'detect',
      ['models/price-error', dataset, { onnote: String }],
      'options.onnote is unknown, expected onNote; did you mean onNote?',
    ],
    ['evaluate', [{ seeds: 1 }], 'there is no options.firstSeed, expected a number'],
    ['evaluate', [{ ...seeds, seeds: 0 }], 'options.seeds is 0, expected a number of at least 1'],
    ['evaluate', [{ ...seeds, anomalies: [] }], 'options.anomalies is [], expected a list of at least one anomaly'],
    ['evaluate', [{ ...seeds, threads: 0 }], 'options.threads is 0, expected a number of at least 1'],
    ['audit', [], 'there is no datasets, expected a dataset, its directory, or a list'],
    ['audit', [[]], 'datasets is [], expected a list of at least one dataset'],
    [
      'audit',
      [{ dataset }],
      "datasets is { dataset: 'datasets/sample' }, expected a dataset, its directory, or a list",
    ],
  ])('%s refuses what it cannot use: %#', async (name, given, message) => {
    const call = () => Reflect.apply(functions[name], undefined, given);
    await expectCqshopError(call, 'USAGE', `Cannot call ${name}: ${message}`);
  });
});

test('of two calls that write to one directory, one is refused and the other is whole', async () => {
  const dir = temporaryDirectory();
  const csv = join(dir, 'rides.csv');
  writeFileSync(csv, 'time,v\n2026-03-02T10:00:00Z,1\n2026-03-02T10:05:00Z,2\n');
  const twice = async <Result>(work: () => Promise<Result>) => {
    const results = await Promise.allSettled([work(), work()]);
    expect(results).toContainEqual({ status: 'rejected', reason: expect.objectContaining({ code: 'LOCKED' }) });
    const whole = results.find(result => result.status === 'fulfilled');
    if (whole === undefined) throw new Error('both were refused');
    return whole.value;
  };
  const importing = { files: [csv], time: 'time', values: ['v'], out: join(dir, 'rides') };
  expect(await twice(() => importSeries(importing))).toMatchObject({ rows: 2 });
  const simulating = { scale: 0.1, seed: 829_202, withoutAnomalies: true, out: join(dir, 'shop') };
  const { manifest } = await twice(() => simulate('one-day', simulating));
  expect((await readDataset(simulating.out)).manifest).toEqual(manifest);
  expect(readdirSync(dir).sort()).toEqual(['rides', 'rides.csv', 'shop']);
});

test('train and detect take series', async () => {
  const dir = temporaryDirectory();
  const [csv, series, model] = [join(dir, 'rides.csv'), join(dir, 'rides'), join(dir, 'model')];
  const hours = Array.from({ length: 24 * 21 }, (_, hour) => {
    const count = hour === 24 * 19 + 12 ? 0 : 100 + 50 * Math.round(Math.sin((hour * Math.PI) / 12)) + (hour % 7);
    return `${new Date(Date.UTC(2026, 2, 2, hour)).toISOString()},${count}`;
  });
  writeFileSync(csv, `time,count\n${hours.join('\n')}\n`);
  await importSeries({ files: [csv], time: 'time', count: 'count', out: series });
  await runCommand(['train', 'series', '--dataset', series, '--out', model]);
  const trained = await train('series', { dataset: series });
  const stored: object = JSON.parse(readFileSync(join(model, 'model.json'), 'utf8'));
  expect(JSON.parse(JSON.stringify(trained.description))).toEqual(stored);
  const command = ['detect', 'series', '--dataset', series, '--model', model, '--out', join(dir, 'found'), '--json'];
  const { alarms, rows } = JSON.parse((await runCommand(command)).stdout);
  expect(JSON.parse(JSON.stringify(await detect(trained, series)))).toEqual({ alarms, rows });

  await runCommand(['train', 'series', '--dataset', dataset, '--out', `${model}-of-messages`]);
  const ofMessages = await train('series', { dataset });
  expect(JSON.parse(JSON.stringify(ofMessages.description))).toEqual(
    JSON.parse(readFileSync(join(`${model}-of-messages`, 'model.json'), 'utf8')),
  );
  await expect(train('series', { dataset: series, detector: 'stump' })).rejects.toThrow('Cannot find detector stump');
  await expect(train('series', { dataset: series, validation: [series] })).rejects.toThrow(
    'Cannot train series: validation is given, expected none',
  );
  await expect(train('price-error', { dataset: series })).rejects.toThrow(
    `Cannot train price-error on ${series}: it is a series dataset, expected messages; on series there is series`,
  );
});
