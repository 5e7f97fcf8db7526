import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { anomalyKinds } from '../../../src/shop/anomalies/registry.ts';
import { simulate } from '../../../src/shop/simulation/simulate.ts';
import { scenarioFor } from '../../support/run-scenario.ts';

async function fingerprint(name: string, seed: number): Promise<string> {
  const hash = createHash('sha256');
  await simulate(await scenarioFor(name, { seed, days: 8 }), {
    observe: stored => hash.update(JSON.stringify(stored)),
  });
  return hash.digest('hex');
}

describe.each(['clean', ...anomalyKinds.map(({ id }) => id)])('a run of %s', name => {
  test('gives the same messages and the same truth for the same seed, and others for another', async () => {
    const first = await fingerprint(name, 31);
    expect(await fingerprint(name, 31)).toBe(first);
    expect(await fingerprint(name, 32)).not.toBe(first);
  });
});
