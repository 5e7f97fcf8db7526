import { expect, test } from 'vitest';
import { readDataset } from '../../../src/data/dataset/read-dataset.ts';
import { audit } from '../../../src/lab/audit/audit.ts';
import { readFacts } from '../../../src/lab/audit/read-facts.ts';

test('audit stops between two checks when it is interrupted', async () => {
  const dataset = await readDataset('datasets/sample');
  const facts = await readFacts(dataset);
  const interruption = new AbortController();
  const ending = audit([facts], interruption.signal);
  interruption.abort();
  await expect(ending).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
});
