import { expect, test } from 'vitest';
import { leaveOutTraceless } from '../../../src/shop/simulation/leave-out.ts';
import { simulate } from '../../../src/shop/simulation/simulate.ts';
import { anomaly, scenarioFor } from '../../support/run-scenario.ts';

const hoarder = anomaly({ id: 'hoarder', at: '1d9h' });
const nowhere = anomaly({ id: 'nowhere', at: '1d16h', target: 'p-9999' });

test('leaveOutTraceless: runs again as if what left no trace had not been planned, and says why', async () => {
  const scenario = await scenarioFor('clean', { days: 3, nearMisses: [], anomalies: [hoarder, nowhere] });
  const { result, leftOut } = await leaveOutTraceless(scenario, left => simulate(left));
  expect(leftOut).toEqual([{ id: 'nowhere', reason: 'no unit of p-9999 was reserved by its accounts' }]);
  expect(result.labels.map(({ id }) => id)).toEqual(['hoarder']);
  const without = await simulate(await scenarioFor('clean', { days: 3, nearMisses: [], anomalies: [hoarder] }));
  expect(result.messages).toBe(without.messages);
});

test('leaveOutTraceless: any other failure ends the run', async () => {
  const failing = () => Promise.reject(new TypeError('full disk'));
  await expect(leaveOutTraceless(await scenarioFor('clean', { days: 3 }), failing)).rejects.toThrow('full disk');
});
