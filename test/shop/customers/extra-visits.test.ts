import { expect, test } from 'vitest';
import { hourMs } from '../../../src/base/time.ts';
import { anomaly, directlyCaused, type Recording, record, scenarioFor } from '../../support/run-scenario.ts';

const at = { at: '6d18h', duration: '4h' };
const fromMs = Date.parse('2026-03-08T18:00:00Z');

async function run(change: Parameters<typeof anomaly>[0]): Promise<Recording> {
  const anomalies = [anomaly({ ...change, ...at })];
  return record(await scenarioFor('clean', { seed: 823_101, days: 7, nearMisses: [], scale: 2, anomalies }));
}

/** Of the visits with a cart in the interval: how many, and the share by customers with an earlier cart. */
function returning({ published }: Recording, caused: ReadonlySet<string>, isCaused: boolean) {
  const known = new Set<string>();
  let [visits, back] = [0, 0];
  for (const { message } of published) {
    if (message.type !== 'CartCreated') continue;
    const userId = String(message.data.userId);
    if (message.time >= fromMs && message.time < fromMs + 4 * hourMs && caused.has(message.id) === isCaused) {
      visits += 1;
      if (known.has(userId)) back += 1;
    }
    known.add(userId);
  }
  return { visits, share: back / visits };
}

function shares(recorded: Recording) {
  const caused = new Set(directlyCaused(recorded).map(({ id }) => id));
  return { ordinary: returning(recorded, caused, false), extra: returning(recorded, caused, true) };
}

test('a surge brings as many returning customers as other hours do: several hundred visits, within 0.1', async () => {
  const surge = shares(await run({ anomaly: 'workload-shape', variant: 'demand-surge' }));
  expect(surge.extra.visits).toBeGreaterThan(200);
  expect(surge.ordinary.share).toBeGreaterThan(0.2);
  expect(Math.abs(surge.extra.share - surge.ordinary.share)).toBeLessThan(0.1);
});

test('bots are new', async () => {
  const flood = shares(await run({ anomaly: 'traffic-intensity', variant: 'bot-flood' }));
  expect(flood.extra.visits).toBeGreaterThan(100);
  expect(flood.extra.share).toBe(0);
});
