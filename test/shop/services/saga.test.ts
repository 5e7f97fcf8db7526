import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hourMs, minuteMs } from '../../../src/base/time.ts';
import { services } from '../../../src/shop/services/registry.ts';
import type { PublishedEvent } from '../../../src/shop/services/service.ts';
import type { Product } from '../../../src/shop/services/warehouse/product.ts';
import { type Pause, type RunOutcome, runShuffled, type Sent } from './shuffled-bus.ts';
import { start } from './specification.ts';

const products = [
  { productId: 'p0', price: 20, quantity: 6 },
  { productId: 'p1', price: 0.1, quantity: 3 },
  { productId: 'p2', price: 5.55, quantity: 0 },
];

/** One customer: what goes into the cart, what happens to it, and the cancellation that may follow. */
type Visit = {
  readonly at: number;
  readonly adds: readonly { readonly product: number; readonly quantity: number }[];
  readonly removes: number | undefined;
  readonly then: 'buy' | 'buy-twice' | 'leave' | 'clear';
  readonly buysAfterMs: number;
  readonly cancelsAfterMs: number | undefined;
};

const visit: fc.Arbitrary<Visit> = fc.record({
  at: fc.integer({ min: 0, max: 30 * hourMs }),
  adds: fc.array(fc.record({ product: fc.nat(2), quantity: fc.integer({ min: 1, max: 3 }) }), {
    minLength: 1,
    maxLength: 4,
  }),
  removes: fc.option(fc.nat(2), { nil: undefined, freq: 3 }),
  then: fc.oneof(
    { weight: 6, arbitrary: fc.constant('buy' as const) },
    { weight: 2, arbitrary: fc.constantFrom('buy-twice' as const, 'leave' as const, 'clear' as const) },
  ),
  buysAfterMs: fc.integer({ min: 0, max: 20 * minuteMs }),
  cancelsAfterMs: fc.option(fc.oneof(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 0, max: 100 * hourMs })), {
    nil: undefined,
    freq: 2,
  }),
});

/** At most two pauses of at most 12 hours: orders take at least 26 hours from payment to delivery. */
const pauses: fc.Arbitrary<readonly Pause[]> = fc.array(
  fc
    .record({
      service: fc.constantFrom(...services.map(({ name }) => name)),
      from: fc.integer({ min: 0, max: 60 * hourMs }),
      lasts: fc.integer({ min: 1, max: 12 * hourMs }),
    })
    .map(({ service, from, lasts }) => ({ service, from: start + from, until: start + from + lasts })),
  { maxLength: 2 },
);

const restocks = fc.array(
  fc.record({
    at: fc.integer({ min: 0, max: 40 * hourMs }),
    product: fc.nat(2),
    quantity: fc.integer({ min: 1, max: 9 }),
  }),
  { maxLength: 4 },
);

const runs = fc.record({
  seed: fc.noShrink(fc.nat()),
  visits: fc.array(visit, { minLength: 1, maxLength: 8 }),
  pauses,
  restocks,
});
type Run = typeof runs extends fc.Arbitrary<infer Value> ? Value : never;

function sentBy({ at, adds, removes, then, buysAfterMs, cancelsAfterMs }: Visit, index: number): readonly Sent[] {
  const cartId = `c${index}`;
  const userId = `u${index % 3}`;
  const to = (service: string, type: string, subject: string, time: number, data: object): Sent => ({
    time: start + at + time,
    service,
    command: { type, subject, data: { userId, ...data } },
  });
  const toCart = (type: string, time: number, data: object = {}) => to('cart', type, cartId, time, { cartId, ...data });
  const sent = [toCart('CreateCart', 0)];
  adds.forEach(({ product, quantity }, position) => {
    sent.push(toCart('AddProductToCart', 1_000 * (position + 1), { productId: `p${product}`, quantity }));
  });
  if (removes !== undefined)
    sent.push(toCart('RemoveProductFromCart', 8_000, { productId: `p${removes}`, reason: 'customer' }));
  if (then === 'clear') sent.push(toCart('ClearCart', 9_000, { reason: 'customer' }));
  if (then === 'leave' || then === 'clear') return sent;

  const wanted = new Map<number, number>();
  for (const { product, quantity } of adds)
    if (product !== removes) wanted.set(product, (wanted.get(product) ?? 0) + quantity);
  const lines = [...wanted].map(([product, quantity]) => ({
    productId: `p${product}`,
    quantity,
    price: products[product]?.price ?? 0,
  }));
  const total = Math.round(lines.reduce((sum, { quantity, price }) => sum + quantity * price, 0) * 100) / 100;
  const boughtAt = 10_000 + buysAfterMs;
  for (const orderId of then === 'buy' ? [`o${index}`] : [`o${index}`, `o${index}-again`]) {
    sent.push(to('order', 'SubmitOrder', orderId, boughtAt, { orderId, cartId, lines, total }));
    if (cancelsAfterMs === undefined) continue;
    sent.push(to('order', 'CancelOrder', orderId, boughtAt + cancelsAfterMs, { orderId, reason: 'customer' }));
  }
  return sent;
}

function simulate(run: Run, onEvent?: Parameters<typeof runShuffled>[2]): RunOutcome {
  const stock: readonly Sent[] = products.map(({ productId, price, quantity }) => ({
    time: start - 1,
    service: 'warehouse',
    command: {
      type: 'AddProduct',
      subject: productId,
      data: { productId, name: 'Thing', category: 'things', price, quantity },
    },
  }));
  const restocked: readonly Sent[] = run.restocks.map(({ at, product, quantity }) => ({
    time: start + at,
    service: 'warehouse',
    command: { type: 'RestockProduct', subject: `p${product}`, data: { productId: `p${product}`, quantity } },
  }));
  const sent = [...stock, ...restocked, ...run.visits.flatMap(sentBy)];
  return runShuffled(services, { seed: run.seed, sent, pauses: run.pauses }, onEvent);
}

/** Units by product and, where stated, by order, counted from events alone. */
function unitsOf(
  events: readonly PublishedEvent[],
  types: readonly string[],
  fields: readonly string[],
): ReadonlyMap<string, number> {
  const units = new Map<string, number>();
  for (const { type, data } of events) {
    if (!types.includes(type)) continue;
    const key = fields.map(field => String(data[field])).join('/');
    units.set(key, (units.get(key) ?? 0) + Number(data.quantity));
  }
  return units;
}

function countOf(events: readonly PublishedEvent[], type: string, orderId: string): number {
  return events.filter(event => event.type === type && event.data.orderId === orderId).length;
}

/** Checks every order of every run. */
function ofEachOrder(
  check: (orderId: string, run: { readonly events: RunOutcome['events']; readonly lines: unknown }) => void,
): void {
  property(run => {
    const { events } = simulate(run);
    for (const { type, data } of events) {
      if (type === 'OrderCreated') check(String(data.orderId), { events, lines: data.lines });
    }
  });
}

const property = (check: (run: Run) => void) =>
  fc.assert(fc.property(runs, check), {
    seed: 20_260_105,
    numRuns: 500,
    interruptAfterTimeLimit: 40_000,
    markInterruptAsFailure: true,
  });

describe('the shop, whatever the order of messages and whichever service stops', () => {
  it('keeps units on hand + reserved + sold = units added, at every event', () => {
    property(run => {
      const seen: PublishedEvent[] = [];
      simulate(run, (event, service, state) => {
        seen.push(event);
        if (service !== 'warehouse') return;
        const { onHand, reservations, sold, added } = state as Product;
        const reserved = [...reservations.values()].reduce((sum, { quantity }) => sum + quantity, 0);
        expect(onHand + reserved + sold).toBe(added);
        expect(Math.min(onHand, reserved, sold)).toBeGreaterThanOrEqual(0);
        const counted = (...types: readonly string[]) => unitsOf(seen, types, ['productId']).get(event.subject) ?? 0;
        expect(added).toBe(counted('ProductAddedToWarehouse', 'ProductRestocked'));
        expect(sold).toBe(counted('ReservationsMaterialized') - counted('ProductReturned'));
        expect(reserved).toBe(
          counted('ProductReserved') - counted('ProductReservationReleased', 'ReservationsMaterialized'),
        );
        if (event.data.remaining !== undefined) expect(event.data.remaining).toBe(onHand);
      });
    });
  });

  it('pays each order at most once, keeps no money of a cancelled one and refunds no completed one', () => {
    ofEachOrder((orderId, { events }) => {
      const count = (type: string) => countOf(events, type, orderId);
      expect(count('PaymentAuthorized')).toBeLessThanOrEqual(1);
      expect(count('OrderPaid')).toBeLessThanOrEqual(count('PaymentAuthorized'));
      expect(count('PaymentRefunded')).toBe(count('OrderCancelled') * count('PaymentAuthorized'));
      expect(count('PaymentAuthorized')).toBeGreaterThanOrEqual(count('OrderCompleted'));
    });
  });

  it('brings every order to exactly one end', () => {
    ofEachOrder((orderId, { events }) => {
      const count = (type: string) => countOf(events, type, orderId);
      expect(count('OrderCompleted') + count('OrderCancelled')).toBe(1);
    });
  });

  it('supplies a completed order in full and takes everything back from a cancelled one', () => {
    ofEachOrder((orderId, { events, lines }) => {
      const sold = unitsOf(events, ['ReservationsMaterialized'], ['orderId', 'productId']);
      const returned = unitsOf(events, ['ProductReturned'], ['orderId', 'productId']);
      const isCompleted = countOf(events, 'OrderCompleted', orderId) === 1;
      for (const { productId, quantity } of lines as readonly { productId: string; quantity: number }[]) {
        const key = `${orderId}/${productId}`;
        if (isCompleted) expect([key, sold.get(key), returned.get(key)]).toEqual([key, quantity, undefined]);
        else expect([key, returned.get(key)]).toEqual([key, sold.get(key)]);
      }
    });
  });

  it('delivers nothing after a shipment was cancelled, and nothing twice', () => {
    ofEachOrder((orderId, { events }) => {
      const own = events.filter(({ data }) => data.orderId === orderId);
      const shipment = own.filter(({ service }) => service === 'shipping');
      const end = shipment.findIndex(({ type }) => type === 'ShipmentCancelled');
      if (end >= 0) expect(shipment.slice(end + 1)).toEqual([]);
      // A paid order that is cancelled always has its parcel called back, whichever message came first.
      expect(end >= 0).toBe(own.some(({ type, data }) => type === 'OrderCancelled' && data.paid === true));
      expect(countOf(events, 'ShipmentDelivered', orderId)).toBeLessThanOrEqual(1);
    });
  });

  it('forgets carts, orders, holds and shipments when they have ended', () => {
    property(run => {
      const { states } = simulate(run);
      expect(states.get('cart')?.size).toBe(0);
      expect(states.get('order')?.size).toBe(0);
      for (const product of states.get('warehouse')?.values() ?? [])
        expect((product as Product).reservations.size).toBe(0);
      for (const shipment of states.get('shipping')?.values() ?? []) expect(shipment).toBe('cancelled');
    });
  });

  it('meets every branch of the saga in these runs', () => {
    const met = new Set<string>();
    property(run => {
      for (const { type, data } of simulate(run).events)
        met.add(data.reason === undefined ? type : `${type} ${data.reason}`);
    });
    for (const branch of [
      'OrderCompleted',
      'OrderCancelled customer',
      'OrderCancelled stock-lost',
      'OrderCancelled payment-declined',
      'PaymentDeclined order-cancelled',
      'PaymentRefunded',
      'MaterializationRejected hold-lost',
      'MaterializationRejected order-cancelled',
      'ProductReturned',
      'ProductReservationReleased released',
      'ProductReservationReleased expired',
      'ReservationRejected out-of-stock',
      'ProductRemovedFromCart out-of-stock',
      'CartCleared checked-out',
      'CartAbandoned',
      'ShipmentCancelled',
      'OrderCancellationRejected no-such-order',
    ]) {
      expect(met).toContain(branch);
    }
  });
});

describe('the shop, stopped for hours', () => {
  const quietSeed = 1;
  const buyer: Visit = {
    at: 0,
    adds: [{ product: 0, quantity: 2 }],
    removes: undefined,
    then: 'buy',
    buysAfterMs: 60_000,
    cancelsAfterMs: undefined,
  };
  const paused = (service: string, fromMinutes: number, hours: number): Pause => ({
    service,
    from: start + fromMinutes * minuteMs,
    until: start + fromMinutes * minuteMs + hours * hourMs,
  });
  const types = (outcome: RunOutcome) => outcome.events.map(({ type }) => type);
  const onHand = (outcome: RunOutcome) => (outcome.states.get('warehouse')?.get('p0') as Product | undefined)?.onHand;

  it('completes an order when nothing stops', () => {
    const outcome = simulate({ seed: quietSeed, visits: [buyer], pauses: [], restocks: [] });
    expect(types(outcome)).toContain('OrderCompleted');
    expect(onHand(outcome)).toBe(4);
  });

  it.each(['payment', 'order', 'warehouse', 'shipping', 'cart', 'notification'])(
    'loses neither money nor units of an order cancelled while %s is down',
    service => {
      const outcome = simulate({
        seed: quietSeed,
        visits: [{ ...buyer, cancelsAfterMs: 30 * minuteMs }],
        pauses: [paused(service, 1, 8)],
        restocks: [],
      });
      const seen = types(outcome);
      expect(seen).toContain('OrderCancelled');
      expect(seen.filter(type => type === 'PaymentAuthorized').length).toBe(
        seen.filter(type => type === 'PaymentRefunded').length,
      );
      expect(onHand(outcome)).toBe(6);
      expect(seen).not.toContain('ShipmentDelivered');
    },
  );

  it('cancels an order whose hold expired while the payment was down, and pays it back', () => {
    const outcome = simulate({ seed: quietSeed, visits: [buyer], pauses: [paused('payment', 1, 8)], restocks: [] });
    expect(types(outcome)).toEqual(
      expect.arrayContaining([
        'ProductReservationReleased',
        'PaymentAuthorized',
        'MaterializationRejected',
        'OrderCancelled',
        'PaymentRefunded',
      ]),
    );
    expect(onHand(outcome)).toBe(6);
  });
});
