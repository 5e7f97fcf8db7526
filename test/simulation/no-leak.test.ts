import { beforeAll, describe, expect, test } from 'vitest';
import { anomalyKinds } from '../../src/anomalies/registry.ts';
import type { Message } from '../../src/messaging/message.ts';
import { patternsOf } from '../support/message-patterns.ts';
import { anomaly, directlyCaused, record, scenarioFor } from '../support/run-scenario.ts';

/** Numbers of a field may be whole by chance in one run; a leak is a form that clean runs never have. */
const clean = new Set<string>();

beforeAll(async () => {
  for (const seed of [901, 902]) {
    const { published } = await record(await scenarioFor('clean', { seed, days: 22 }));
    for (const { message } of published) for (const pattern of patternsOf(message)) clean.add(pattern);
  }
});

describe.each(anomalyKinds.flatMap(kind => Object.keys(kind.variants).map(variant => ({ anomaly: kind.id, variant }))))(
  'messages caused by $anomaly, $variant',
  change => {
    test('have no form that clean runs do not have', async () => {
      const scenario = await scenarioFor('clean', {
        seed: 903,
        days: 4,
        anomalies: [anomaly({ ...change, at: '1d10h' })],
      });
      const caused = directlyCaused(await record(scenario));
      if (change.variant !== 'near-silence') expect(caused.length).toBeGreaterThan(0);
      expect(leaks(caused)).toEqual([]);
    });
  },
);

test('a planted leak is caught', async () => {
  const scenario = await scenarioFor('clean', { seed: 903, days: 3, anomalies: [anomaly({ at: '1d10h' })] });
  const [first] = directlyCaused(await record(scenario));
  if (first === undefined) throw new Error('nothing was caused');
  expect(leaks([{ ...first, source: '/bots' }])).toHaveLength(1);
  expect(leaks([{ ...first, correlationid: 'anomaly-1' }])).toHaveLength(1);
  expect(leaks([{ ...first, data: { ...first.data, injected: true } }])).toHaveLength(2);
});

function leaks(messages: readonly Message[]): readonly string[] {
  return [...new Set(messages.flatMap(patternsOf).filter(pattern => !clean.has(pattern)))];
}
