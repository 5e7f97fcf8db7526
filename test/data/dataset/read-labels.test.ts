import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openEmbeddedSource } from '../../../src/broker/embedded/embedded-log-source.ts';
import { collect } from '../../../src/data/collector/collect.ts';
import { readDataset } from '../../../src/data/dataset/read-dataset.ts';
import { readLabels } from '../../../src/data/dataset/read-truth.ts';
import { label } from '../../support/labels.ts';
import { writeSyntheticRun } from '../../support/synthetic-run.ts';

const dir = mkdtempSync(join(tmpdir(), 'cqshop-labels-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const out = join(dir, 'one');
writeSyntheticRun(join(dir, 'broker'), { visits: 10 });
await collect(openEmbeddedSource(join(dir, 'broker')), { out });

const good = label('a', 1, 2);
const line = (changes: Record<string, unknown>) => `${JSON.stringify({ ...good, ...changes })}\n`;

/** The message for a second line of labels.jsonl. */
async function refusal(second: string): Promise<string> {
  writeFileSync(join(out, 'labels.jsonl'), `${JSON.stringify(good)}\n${second}`);
  const labels = readDataset(out, { verify: false }).then(readLabels);
  return labels.then(
    () => 'taken',
    error => error.message,
  );
}

test.each([
  ['no JSON', '{"id": "b",\n', 'line 2: it is not JSON, expected a JSON object'],
  ['no JSON after an empty line', '\nwhat\n', 'line 3: it is not JSON, expected a JSON object'],
  ['no object', '[1]\n', 'line 2: it is [ 1 ], expected keys with values'],
  ['a number for a text', line({ variant: 7 }), 'line 2: variant is 7, expected text'],
  ['a key too few', line({ target: undefined }), 'line 2: there is no target, expected text'],
  [
    'a time that is none',
    line({ effect_end: 'noon' }),
    'line 2: effect_end is "noon", expected a time in UTC such as 2026-03-02T14:30:00.000Z',
  ],
  [
    'an unknown entity',
    line({ entities: [{ type: 'users', id: 'u' }] }),
    'line 2: entities[0].type is "users", expected user, product, service, shop or channel; did you mean user?',
  ],
  ['a list for keys', line({ receipt: [] }), 'line 2: receipt is [], expected keys with values'],
])('readLabels refuses %s in one line that says what is so and what should be', async (_, second, message) => {
  expect(await refusal(second)).toBe(`Cannot read ${out}/labels.jsonl, ${message}`);
});
