import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { detect, importSeries, train } from '../../src/app/api.ts';
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
  await expect(train('price-error', { dataset: series })).rejects.toThrow(
    `Cannot train price-error on ${series}: it is a series dataset, expected messages; on series there is series`,
  );
});
