import { beforeAll, describe, expect, test } from 'vitest';
import type { Message } from '../../../src/broker/message.ts';
import { anomalyKinds } from '../../../src/shop/anomalies/registry.ts';
import { patternsOf } from '../../support/message-patterns.ts';
import { anomaly, directlyCaused, record, scenarioFor } from '../../support/run-scenario.ts';

/** Numbers of a field may be whole by chance in one run; a leak is a form that clean runs never have. */
const clean = new Set<string>();
/**
 * What only a long outage of the warehouse does: it releases nothing, so that a cart is abandoned after an hour with lines that are still held.
 * Everybody can see that, as in a real shop.
 */
const ofOutages = new Set(['CartAbandoned .lines [{price:fraction,productId:a9,quantity:integer}]']);
/** Of the visits of a clean run. */
let ordinary: readonly FirstAddition[];

beforeAll(async () => {
  const messages = (await record(await scenarioFor('clean', { seed: 902, days: 22 }))).published.map(
    ({ message }) => message,
  );
  for (const message of messages) for (const pattern of patternsOf(message)) clean.add(pattern);
  ordinary = firstAdditions(messages);
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
      expect(leaks(caused).filter(pattern => !ofOutages.has(pattern) || change.variant !== 'service-outage')).toEqual(
        [],
      );
    });
  },
);

describe('visits of hoarders and bulk buyers pass in time as ordinary ones do', () => {
  test('they look around before the first addition, and open one cart a visit', async () => {
    const quick = ordinary.map(({ gapMs }) => gapMs).sort((a, b) => a - b)[Math.floor(ordinary.length / 500)] ?? 0;
    expect(ordinary.length).toBeGreaterThan(4000);
    expect(quick).toBeGreaterThan(1000);
    for (const variant of ['fast-hoarder', 'slow-hoarder', 'account-ring']) {
      const anomalies = [anomaly({ variant, at: '1d10h', duration: '6h' })];
      const caused = firstAdditions(
        directlyCaused(await record(await scenarioFor('clean', { seed: 905, days: 3, anomalies }))),
      );
      expect(caused.length).toBeGreaterThan(0);
      for (const { gapMs, carts } of caused) {
        expect(gapMs).toBeGreaterThan(quick / 4);
        expect(carts).toBe(1);
      }
    }
  });
});

type FirstAddition = { readonly gapMs: number; readonly carts: number };

/** Per visit: the time from its cart to the first addition, and how many carts it had. */
function firstAdditions(messages: readonly Message[]): readonly FirstAddition[] {
  const visits = new Map<string, { openedMs: number; addedMs: number; carts: Set<string> }>();
  for (const { type, kind, time, correlationid, subject } of messages) {
    if (type === 'CartCreated') {
      const visit = visits.get(correlationid) ?? { openedMs: time, addedMs: 0, carts: new Set<string>() };
      visits.set(correlationid, visit);
      visit.carts.add(subject);
    }
    const visit = visits.get(correlationid);
    if (type === 'AddProductToCart' && kind === 'command' && visit !== undefined && visit.addedMs === 0)
      visit.addedMs = time;
  }
  return [...visits.values()].flatMap(({ openedMs, addedMs, carts }) =>
    addedMs === 0 ? [] : [{ gapMs: addedMs - openedMs, carts: carts.size }],
  );
}

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
