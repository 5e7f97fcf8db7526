import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { detect, train } from '../../src/app/api.ts';
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
    `Cannot validate on ${dataset}: it is the training dataset, expected a clean dataset of another seed`,
  );
});
