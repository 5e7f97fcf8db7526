import { expect, test } from 'vitest';
import type { EventRecord } from '../../../src/data/dataset/record.ts';
import type { Unit } from '../../../src/lab/features/feature-set.ts';
import { stockExhaustionFeatures as features } from '../../../src/lab/features/stock-exhaustion/feature-set.ts';
import { StockState } from '../../../src/lab/features/stock-exhaustion/stock-state.ts';
import { takeRecord } from '../../../src/lab/features/stock-exhaustion/take-record.ts';
import { hoardingStream, record, streamStartMs as start } from '../../support/hoarding-stream.ts';

const minute = 60_000;

function unitsOf(records: readonly EventRecord[], endMs = start + 24 * 60 * minute): readonly Unit[] {
  const fold = features.fold(start);
  return [...records.flatMap(each => fold.push(each)), ...fold.finish(endMs)];
}

function featureOf(unit: Unit | undefined, name: string): number | undefined {
  return unit?.features[features.names.indexOf(name)];
}

function reserved(
  atMinute: number,
  userId: string,
  quantity: number,
  remaining: number,
  productId = 'p-1',
): EventRecord {
  return record(start + atMinute * minute, 'ProductReserved', { userId, productId, quantity, remaining });
}

function released(atMinute: number, userId: string, quantity: number, reason: string, productId = 'p-1'): EventRecord {
  const data = { userId, productId, quantity, remaining: 50, reason };
  return record(start + atMinute * minute, 'ProductReservationReleased', data);
}

test('stockExhaustionFeatures: a reservation that expires is held, in unit-minutes, and then not', () => {
  const [unit, ...rest] = unitsOf([reserved(5, 'u-1', 4, 16), released(20, 'u-1', 4, 'expired')]);
  expect(rest).toEqual([]);
  expect(unit?.startMs).toBe(start);
  expect(featureOf(unit, 'unitsReserved')).toBe(4);
  expect(featureOf(unit, 'unitsHeldPeak')).toBe(4);
  expect(featureOf(unit, 'unitsHeldAtEnd')).toBe(0);
  expect(featureOf(unit, 'heldUnitMinutes')).toBe(60);
  expect(featureOf(unit, 'unitsExpired')).toBe(4);
  expect(featureOf(unit, 'stockShareTaken')).toBe(4 / 20);
});

test('stockExhaustionFeatures: a window in which stock is only held has a unit, the next after its release has none', () => {
  const units = unitsOf([reserved(10, 'u-1', 2, 8), released(65, 'u-1', 2, 'released')]);
  expect(units.map(unit => (unit.startMs - start) / minute)).toEqual([0, 30, 60]);
  expect(units.map(unit => featureOf(unit, 'heldUnitMinutes'))).toEqual([40, 60, 10]);
});

test('stockExhaustionFeatures: units that were ordered are no longer held back, and are sold with the payment', () => {
  const order = { userId: 'u-1', orderId: 'o-1', lines: [{ productId: 'p-1', quantity: 30 }] };
  const sale = { userId: 'u-1', orderId: 'o-1', productId: 'p-1', quantity: 30, remaining: 20 };
  const [unit] = unitsOf([
    reserved(0, 'u-1', 30, 20),
    record(start + 10 * minute, 'OrderCreated', order),
    record(start + 11 * minute, 'OrderPaid', order),
    record(start + 11 * minute, 'ReservationsMaterialized', sale),
  ]);
  expect(featureOf(unit, 'heldUnitMinutes')).toBe(300);
  expect(featureOf(unit, 'unitsHeldAtEnd')).toBe(0);
  expect(featureOf(unit, 'unpaidUnits6h')).toBe(0);
  expect(featureOf(unit, 'productExpiredShare6h')).toBe(0);
});

test('stockExhaustionFeatures: a cancelled order gives the units back to the hold', () => {
  const order = { userId: 'u-1', orderId: 'o-1', lines: [{ productId: 'p-1', quantity: 3 }] };
  const [unit] = unitsOf([
    reserved(0, 'u-1', 3, 20),
    record(start + 10 * minute, 'OrderCreated', order),
    record(start + 20 * minute, 'OrderCancelled', order),
  ]);
  expect(featureOf(unit, 'unitsHeldAtEnd')).toBe(3);
  expect(featureOf(unit, 'heldUnitMinutes')).toBe(60);
});

test('stockExhaustionFeatures: a ring that re-reserves on expiry shows in each account and in the product', () => {
  const ring = ['u-1', 'u-2', 'u-3'];
  const units = unitsOf([
    ...ring.map(id => reserved(0, id, 2, 50)),
    ...ring.flatMap(id => [released(15, id, 2, 'expired'), reserved(15, id, 2, 50)]),
  ]);
  const bystander = unitsOf([
    reserved(0, 'u-1', 2, 50),
    released(15, 'u-1', 2, 'expired'),
    reserved(16, 'u-2', 2, 50),
  ])[1];
  expect(featureOf(bystander, 'productExpiredShare6h')).toBe(0);
  for (const unit of units.slice(0, 3)) {
    expect(featureOf(unit, 'ownReHolds6h')).toBe(1);
    expect(featureOf(unit, 'quickReHolds6h')).toBe(1);
    expect(featureOf(unit, 'productReHolders6h')).toBe(3);
    expect(featureOf(unit, 'productQuickReHeldShare6h')).toBe(6 / (12 + 5));
  }
});

test('stockExhaustionFeatures: counts how often one product was reserved in 3 h without buying it, and names it', () => {
  const many = [0, 40, 80, 120, 160].map(atMinute => reserved(atMinute, 'u-1', 1, 50));
  const sale = { userId: 'u-1', orderId: 'o-1', productId: 'p-2', quantity: 1, remaining: 20 };
  const decoy = [
    reserved(90, 'u-1', 1, 20, 'p-2'),
    record(start + 95 * minute, 'ReservationsMaterialized', sale),
    record(start + 95 * minute, 'OrderPaid', { userId: 'u-1', orderId: 'o-1' }),
  ];
  const records = [...many, ...decoy].sort((a, b) => a.timeMs - b.timeMs);
  const last = unitsOf(records, start + 180 * minute).at(-1);
  expect(featureOf(last, 'unpaidReservationsOfOneProduct3h')).toBe(5);
  expect(featureOf(last, 'unpaidUnitsOfOneProduct3h')).toBe(5);
  expect(featureOf(last, 'unpaidReservationsOfOneProduct30min')).toBe(1);
  expect(last?.involved).toEqual([{ type: 'product', id: 'p-1' }]);
  const later = unitsOf([...records, reserved(265, 'u-1', 1, 50)], start + 270 * minute).at(-1);
  expect(featureOf(later, 'unpaidReservationsOfOneProduct3h')).toBe(3);
  const bought = record(start + 170 * minute, 'ReservationsMaterialized', { ...sale, productId: 'p-1', quantity: 5 });
  expect(
    featureOf(unitsOf([...records, bought], start + 180 * minute).at(-1), 'unpaidReservationsOfOneProduct3h'),
  ).toBe(0);
});

test('stockExhaustionFeatures: what happened more than six hours ago is forgotten', () => {
  const late = [reserved(0, 'u-1', 9, 50), released(15, 'u-1', 9, 'expired'), reserved(15 + 361, 'u-1', 1, 50)];
  const unit = unitsOf(late, start + 390 * minute).at(-1);
  expect(featureOf(unit, 'unitsReserved6h')).toBe(1);
  expect(featureOf(unit, 'ownReHolds6h')).toBe(0);
});

test('stockExhaustionFeatures: the account is as old as its creation says', () => {
  const created = record(start, 'UserAccountCreated', { userId: 'u-1' });
  const [young] = unitsOf([created, reserved(65, 'u-1', 1, 5)]);
  const [unknown] = unitsOf([reserved(65, 'u-2', 1, 5)]);
  expect(featureOf(young, 'accountAgeHours')).toBe(1.5);
  expect(featureOf(unknown, 'accountAgeHours')).toBe(336);
});

test('stockExhaustionFeatures: a customer is forgotten after 14 days without an event, unless there are units in the cart', () => {
  const day = 24 * 60;
  const paid = record(start, 'OrderPaid', { userId: 'u-1', orderId: 'o-1' });
  const past = (days: number, between: readonly EventRecord[] = []) => {
    const last = reserved(days * day, 'u-1', 1, 5, 'p-2');
    return featureOf(unitsOf([paid, ...between, last], last.timeMs + minute).at(-1), 'pastOrdersPaid');
  };
  expect(past(14)).toBe(1);
  expect(past(16)).toBe(0);
  expect(past(16, [reserved(5, 'u-1', 1, 5)])).toBe(1);
  // The last event counts.
  expect(past(16, [reserved(5, 'u-1', 1, 5), released(10 * day, 'u-1', 1, 'expired')])).toBe(1);
});

test('stockExhaustionFeatures: units that were released do not count as sold, and what was ordered stays ordered', () => {
  const order = { userId: 'u-1', orderId: 'o-1', lines: [{ productId: 'p-1', quantity: 3 }] };
  const [unit] = unitsOf([
    reserved(0, 'u-1', 5, 20),
    record(start + 10 * minute, 'OrderCreated', order),
    released(20, 'u-1', 2, 'customer'),
  ]);
  expect(featureOf(unit, 'unitsHeldAtEnd')).toBe(0);
  expect(featureOf(unit, 'heldUnitMinutes')).toBe(50 + 20);
});

test('StockState holds nothing of six hours ago but the customers, and after 14 days not these', () => {
  const state = new StockState(start);
  for (const id of ['u-1', 'u-2']) {
    const acts = [reserved(0, id, 1, 5), released(15, id, 1, 'expired'), reserved(16, id, 1, 5)];
    for (const act of [...acts, released(20, id, 1, 'released')]) takeRecord(act, state);
  }
  const [customer] = state.customers.values();
  const [product] = state.products.values();
  const held = () => [
    state.customers.size,
    customer?.memory === undefined ? 0 : 1,
    customer?.expiredMs.size,
    customer?.unpaid.size,
    product?.reHolders.size,
  ];
  const hold = () => {
    state.live.clear();
    state.forget();
    return held();
  };
  state.window += 12;
  expect(hold()).toEqual([2, 1, 1, 1, 2]);
  state.window += 1;
  expect(hold()).toEqual([2, 0, 0, 0, 0]);
  state.window += 14 * 48;
  expect(hold()[0]).toBe(0);
});

test('stockExhaustionFeatures: units come once per customer and window, ordered, finite, and without ids in them', () => {
  const { records, span } = hoardingStream({ seed: 5, days: 3, attacks: ['ring'] });
  const units = unitsOf(records, span.endMs);
  const keys = units.map(({ startMs, entity }) => `${startMs}/${entity.id}`);
  expect(units.length).toBeGreaterThan(400);
  expect(keys).toEqual([...new Set(keys)].sort());
  expect(units.every(unit => unit.features.length === features.names.length)).toBe(true);
  expect(units.every(unit => unit.features.every(Number.isFinite))).toBe(true);
  const renamed = records.map(each => ({
    ...each,
    userId: each.userId === '' ? '' : `x${each.userId}`,
    productId: each.productId === '' ? '' : `x${each.productId}`,
    data: JSON.parse(JSON.stringify(each.data).replaceAll('"p-', '"xp-')),
  }));
  expect(unitsOf(renamed, span.endMs).map(unit => unit.features)).toEqual(units.map(unit => unit.features));
});

test('stockExhaustionFeatures: every feature has a phrase', () => {
  expect(Object.keys(features.phrases ?? {})).toEqual([...features.names]);
});
