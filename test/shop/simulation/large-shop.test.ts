import { expect, test } from 'vitest';
import { simulate } from '../../../src/shop/simulation/simulate.ts';
import { scenarioFor } from '../../support/run-scenario.ts';

test('a large shop runs in short steps, so that an interruption ends it soon', async () => {
  const interrupt = new AbortController();
  let messages = 0;
  const run = simulate(await scenarioFor('clean', { days: 1, scale: 1000, nearMisses: [] }), {
    signal: interrupt.signal,
    observe: () => {
      messages += 1;
    },
    onProgress: () => interrupt.abort(),
  });
  await expect(run).rejects.toThrow('aborted');
  // Six hours would be a million messages.
  expect(messages).toBeLessThan(20_000);
});
