import { beforeAll, describe, expect, test } from 'vitest';
import { dayMs, hourMs, type Span } from '../../../src/base/time.ts';
import { commandLogTopic } from '../../../src/broker/topics.ts';
import type { ExpectedDemand } from '../../../src/shop/customers/expected-demand.ts';
import { workExpected } from '../../../src/shop/interventions/service-work.ts';
import { services } from '../../../src/shop/services/registry.ts';
import { record, scenarioFor } from '../../support/run-scenario.ts';

/** One command a piece of work. */
const pieces: Readonly<Record<string, readonly string[]>> = {
  'user-management': ['RegisterUser'],
  warehouse: ['CreateCart'],
  cart: ['CreateCart'],
  order: ['SubmitOrder', 'CompleteOrder'],
  payment: ['AuthorizePayment'],
  shipping: ['ArrangeShipment', 'DispatchShipment', 'DeliverShipment'],
  notification: ['SendActivationLink', 'SendOrderConfirmation'],
};

let demand: ExpectedDemand;
let startMs: number;
let handled: readonly { readonly type: string; readonly time: number }[];

beforeAll(async () => {
  const scenario = await scenarioFor('clean', { seed: 830_101, days: 15, nearMisses: [] });
  const run = await record(scenario);
  startMs = scenario.startMs;
  demand = run.run.shop.demand;
  handled = run.published.flatMap(({ topic, message }) => (topic === commandLogTopic ? [message] : []));
});

function measured(service: string, { startMs: fromMs, endMs }: Span): number {
  return handled.filter(({ type, time }) => pieces[service]?.includes(type) && time >= fromMs && time < endMs).length;
}

describe.each(services)('workExpected: $name', ({ name }) => {
  // Relative to carts, because days differ from what is expected of them.
  const share = (of: (service: string, interval: Span) => number, interval: Span) =>
    of(name, interval) / of('cart', interval);

  test('has as much work, beside the carts, as in an ordinary week', () => {
    // From the second Monday on, when parcels are under way from the days before.
    const week = { startMs: startMs + 7 * dayMs, endMs: startMs + 14 * dayMs };
    const expected = (service: string, interval: Span) => workExpected(service, demand, interval);
    expect(share(expected, week) / share(measured, week)).toBeGreaterThan(0.85);
    expect(share(expected, week) / share(measured, week)).toBeLessThan(1.15);
  });
});

test('workExpected: parcels leave on working days from 8 to 17 h only', () => {
  const day = (index: number) => startMs + index * dayMs;
  const at = (index: number, hour: number) => ({
    startMs: day(index) + hour * hourMs,
    endMs: day(index) + (hour + 4) * hourMs,
  });
  const besidePayment = (interval: Span) =>
    workExpected('shipping', demand, interval) / workExpected('payment', demand, interval);
  // Wednesday, Saturday (deliveries only), Sunday.
  expect(besidePayment(at(9, 10))).toBeGreaterThan(2.5);
  expect(besidePayment(at(12, 10))).toBeGreaterThan(1.5);
  expect(besidePayment(at(12, 10))).toBeLessThan(besidePayment(at(9, 10)));
  expect(besidePayment(at(13, 10))).toBeCloseTo(0.97, 5);
});
