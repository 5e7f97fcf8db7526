import { describe, expect, test } from 'vitest';
import { anomaly, record, scenarioFor } from '../../support/run-scenario.ts';

test.each([
  ['several products', { anomaly: 'price-error', variant: 'lost-decimal', target: ['p-0001', 'p-0002'] }, 'p-0001'],
  ['a product, of the whole shop', { anomaly: 'traffic-intensity', variant: 'bot-flood', target: 'p-0001' }, 'shop'],
])('an anomaly with a target that its kind cannot have is refused: %s', async (_, change, affected) => {
  const scenario = await scenarioFor('clean', { days: 3, anomalies: [anomaly(change)] });
  await expect(record(scenario)).rejects.toMatchObject({
    code: 'SCENARIO_INVALID',
    message: `Cannot place anomaly-1: its target is ${[change.target].flat().join(' ')}, but it would affect ${affected}, expected a target that its kind can have, or random`,
  });
});

describe('an anomaly that left no trace fails the run', () => {
  test.each([
    ['a product that does not exist', { target: 'p-9999' }, /no unit of p-9999 was reserved/],
    [
      'a price of a product that does not exist',
      { anomaly: 'price-error', variant: 'lost-decimal', target: 'p-9999' },
      /price of p-9999 did not change/,
    ],
    [
      'a silence while all customers sleep',
      { anomaly: 'traffic-intensity', variant: 'near-silence', duration: '1s' },
      /no customer wanted to visit/,
    ],
    [
      'an outage too short for any message',
      { anomaly: 'workload-shape', variant: 'service-outage', target: 'shipping', at: '0h', duration: '1s' },
      /no message waited for shipping/,
    ],
  ])('%s', async (_, change, message) => {
    const scenario = await scenarioFor('clean', { days: 3, anomalies: [anomaly(change)] });
    await expect(record(scenario)).rejects.toMatchObject({
      code: 'ANOMALY_LEFT_NO_TRACE',
      message: expect.stringMatching(message),
    });
  });
});
