import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { anomalyKinds } from '../../../src/shop/anomalies/registry.ts';
import { simulate } from '../../../src/shop/simulation/simulate.ts';
import { anomaly, scenarioFor } from '../../support/run-scenario.ts';

/** One anomaly of each kind. The golden files hold what every shipped scenario gives. */
const anomalies = anomalyKinds.map(({ id, variants }, day) =>
  anomaly({ id, anomaly: id, variant: Object.keys(variants)[0] ?? '', at: `${day + 1}d10h` }),
);

async function fingerprint(seed: number): Promise<string> {
  const hash = createHash('sha256');
  await simulate(await scenarioFor('clean', { seed, days: 5, anomalies }), {
    observe: stored => hash.update(JSON.stringify(stored)),
  });
  return hash.digest('hex');
}

test('a run gives the same messages and the same truth for the same seed, and others for another', async () => {
  const first = await fingerprint(31);
  expect(await fingerprint(31)).toBe(first);
  expect(await fingerprint(32)).not.toBe(first);
});
