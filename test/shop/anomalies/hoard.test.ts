import { expect, test } from 'vitest';
import { anomaly, record, scenarioFor } from '../../support/run-scenario.ts';

test('a hoarder whom the shop does not answer comes again when it does', async () => {
  const outage = anomaly({
    id: 'outage',
    anomaly: 'workload-shape',
    variant: 'service-outage',
    target: 'cart',
    at: '0d10h',
    duration: '1h',
  });
  const hoarder = anomaly({ id: 'hoarder', at: '0d10h', duration: '4h' });
  const anomalies = [outage, hoarder];
  const changes = { days: 1, scale: 0.3, anomalies, nearMisses: [], allowOverlap: true };
  const day = await scenarioFor('clean', changes);
  const { labels } = await record(day);
  const label = labels.find(({ id }) => id === 'hoarder');
  expect(label?.receipt).toMatchObject({ reservations: expect.any(Number) });
  expect(Date.parse(label?.effect_start ?? '')).toBeGreaterThanOrEqual(day.startMs + 11 * 3_600_000);
});
