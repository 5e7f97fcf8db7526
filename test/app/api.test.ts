import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
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
    [() => train('price-error', { dataset: [] }), 'USAGE', '0 datasets are given, expected at least one'],
    [() => evaluate({ ...seeds, anomalies: ['nope'] }), 'UNKNOWN_NAME', 'Cannot find anomaly nope: there is none'],
    [() => evaluate({ ...seeds, anomalies: ['series'] }), 'USAGE', 'the shop has no such anomaly'],
    [
      () => evaluate({ ...seeds, seeds: 0 }),
      'USAGE',
      'Cannot evaluate: the number of seeds is 0, expected a whole number',
    ],
    [() => audit([]), 'USAGE', 'Cannot audit: no dataset is given, expected at least one'],
    [
      () => audit([dataset, `${dataset}/`]),
      'USAGE',
      `it holds the same events as ${dataset}, expected each dataset once`,
    ],
    [() => audit('nope'), 'DATASET_NOT_FOUND', 'Cannot open dataset nope: there is no such directory'],
    [
      () => importSeries({ ...importing, files: [] }),
      'USAGE',
      'Cannot import: no file is named, expected at least one',
    ],
    [() => importSeries({ ...importing, count: 'a', values: ['b'] }), 'USAGE', 'counts and one of values are named'],
  ] as const) {
    await expectCqshopError(work, code, message);
  }
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
