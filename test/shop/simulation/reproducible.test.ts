import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { anomalyKinds } from '../../../src/shop/anomalies/registry.ts';
import { record, scenarioFor } from '../../support/run-scenario.ts';

async function fingerprint(name: string, seed: number): Promise<string> {
  const { published, truth } = await record(await scenarioFor(name, { seed, days: 8 }));
  return createHash('sha256')
    .update(JSON.stringify([published, truth]))
    .digest('hex');
}

describe.each(['clean', ...anomalyKinds.map(({ id }) => id)])('a run of %s', name => {
  test('gives the same messages and the same truth for the same seed, and others for another', async () => {
    const first = await fingerprint(name, 31);
    expect(await fingerprint(name, 31)).toBe(first);
    expect(await fingerprint(name, 32)).not.toBe(first);
  });
});
