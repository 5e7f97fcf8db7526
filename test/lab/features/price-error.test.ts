import { expect, test } from 'vitest';
import type { EventRecord } from '../../../src/data/dataset/record.ts';
import type { Unit } from '../../../src/lab/features/feature-set.ts';
import { priceErrorFeatures as features } from '../../../src/lab/features/price-error/feature-set.ts';
import { record, streamStartMs as start } from '../../support/hoarding-stream.ts';
import { pricingStream } from '../../support/pricing-stream.ts';

const minute = 60_000;
const day = 1440;

function unitsOf(records: readonly EventRecord[], endMs = start + 10 * day * minute): Unit[] {
  const fold = features.fold(start);
  return [...records.flatMap(each => fold.push(each)), ...fold.finish(endMs)];
}

function figureOf(unit: Unit | undefined, name: string): number | undefined {
  return unit?.features[features.names.indexOf(name)];
}

function added(productId: string, price: number, category = 'Toys'): EventRecord {
  return record(start, 'ProductAddedToWarehouse', { productId, category, price, quantity: 60, remaining: 60 });
}

function priced(atMinute: number, productId: string, price: number, previousPrice = 20): EventRecord {
  return record(start + atMinute * minute, 'ProductPriceChanged', { productId, price, previousPrice });
}

function reserved(atMinute: number, userId: string, quantity: number, price: number, productId = 'p-1'): EventRecord {
  const data = { userId, productId, quantity, price, remaining: 40 };
  return record(start + atMinute * minute, 'ProductReserved', data);
}

test('priceErrorFeatures: a purchase at a lost decimal, in figures, with who took it', () => {
  const [usual, wrong, ...rest] = unitsOf([
    added('p-1', 20),
    added('p-2', 10),
    added('p-3', 12),
    added('p-4', 500, 'Jewelry'),
    reserved(60, 'u-1', 1, 20),
    priced(3 * day, 'p-1', 2),
    reserved(3 * day + 6, 'u-2', 3, 2),
    reserved(3 * day + 12, 'u-1', 8, 2),
  ]);
  expect(rest).toEqual([]);
  expect(figureOf(usual, 'priceToUsual')).toBe(1);
  expect(figureOf(usual, 'priceFallAgeHours')).toBe(336);
  expect(wrong?.entity).toEqual({ type: 'product', id: 'p-1' });
  expect(wrong?.involved).toEqual([
    { type: 'user', id: 'u-1' },
    { type: 'user', id: 'u-2' },
  ]);
  expect(figureOf(wrong, 'priceToUsual')).toBeCloseTo(0.1, 12);
  expect(figureOf(wrong, 'priceToLowestStanding')).toBeCloseTo(0.1, 12);
  expect(figureOf(wrong, 'priceToCategory')).toBeCloseTo(2 / 12, 12);
  expect(figureOf(wrong, 'priceBelowTogether')).toBeCloseTo(0.1, 12);
  expect(figureOf(wrong, 'priceFallAgeHours')).toBe(0.5);
  expect(figureOf(wrong, 'unitsReserved')).toBe(11);
  expect(figureOf(wrong, 'largestReservationUnits')).toBe(8);
  expect(figureOf(wrong, 'newCustomerShare')).toBe(1 / 2);
  expect(figureOf(wrong, 'unitsGivenAway6h')).toBeCloseTo(9.9, 12);
  expect(figureOf(wrong, 'stockShareTaken')).toBeCloseTo(11 / 51, 12);
});

test('priceErrorFeatures: of products reduced in one go each is as low as the others', () => {
  const ids = ['p-1', 'p-2', 'p-3'];
  const units = unitsOf([
    ...ids.map(id => added(id, 20)),
    ...ids.map(id => priced(3 * day, id, 6)),
    ...ids.map(id => reserved(3 * day + 60, 'u-1', 1, 6, id)),
    reserved(3 * day + 600, 'u-1', 1, 6),
  ]);
  const stood = units.pop();
  expect(units.map(unit => figureOf(unit, 'priceToUsual'))).toEqual([0.3, 0.3, 0.3]);
  expect(units.map(unit => figureOf(unit, 'priceBelowTogether'))).toEqual([1, 1, 1]);
  expect(units.map(unit => figureOf(unit, 'productsReducedTogether'))).toEqual([2, 2, 2]);
  // Ten hours later the price has stood for a working day and is nothing new.
  expect(['priceToUsual', 'priceToLowestStanding', 'priceBelowTogether'].map(name => figureOf(stood, name))).toEqual([
    0.3, 1, 1,
  ]);
});

test('priceErrorFeatures: counts the visits at the reduced price that ordered, and that ordered nothing else', () => {
  const ordered = (atMinute: number, userId: string) =>
    record(start + atMinute * minute, 'OrderCreated', { userId, orderId: `o-${userId}` });
  const at = 3 * day;
  const units = unitsOf([
    added('p-1', 20),
    added('p-2', 10),
    reserved(at - 60, 'u-0', 1, 20),
    ordered(at - 59, 'u-0'),
    priced(at, 'p-1', 2),
    reserved(at + 1, 'u-1', 3, 2),
    ordered(at + 2, 'u-1'),
    reserved(at + 3, 'u-2', 1, 2),
    reserved(at + 4, 'u-2', 1, 10, 'p-2'),
    ordered(at + 5, 'u-2'),
    reserved(at + 6, 'u-3', 1, 2),
    priced(at + 90, 'p-1', 20, 2),
    reserved(at + 100, 'u-4', 1, 20),
  ]).filter(({ entity }) => entity.id === 'p-1');
  const names = ['visitsOnlyForIt6h', 'visitsOnlyForItShare6h', 'orders6h', 'ordersPerVisit6h', 'unitsPerOrder6h'];
  expect(units.map(unit => names.map(name => figureOf(unit, name)))).toEqual([
    [0, 0, 0, 0, 0],
    [1, 1 / 4, 2, 2 / 4, 2],
    [0, 0, 0, 0, 0],
  ]);
});

test('priceErrorFeatures: steps of a creeping error are one reduction, apart from one a day later', () => {
  const units = unitsOf([
    added('p-1', 20),
    added('p-2', 20),
    priced(2 * day, 'p-2', 12),
    priced(3 * day, 'p-1', 14),
    priced(3 * day + 20, 'p-1', 8, 14),
    priced(3 * day + 40, 'p-1', 2, 8),
    reserved(3 * day + 50, 'u-1', 1, 2),
  ]);
  expect(units).toHaveLength(1);
  expect(figureOf(units[0], 'productsReducedTogether')).toBe(0);
  expect(figureOf(units[0], 'priceBelowTogether')).toBeCloseTo(0.1, 12);
});

test('priceErrorFeatures: a bulk order at the usual price stands out in units alone', () => {
  const habit = Array.from({ length: 20 }, (_, index) => reserved(60 + index * 300, `u-${index}`, 1, 20));
  const bulk = unitsOf([added('p-1', 20), ...habit, reserved(6 * day, 'u-99', 40, 20)]).at(-1);
  expect(figureOf(bulk, 'lineUnitsToHabit')).toBeGreaterThan(10);
  expect(figureOf(bulk, 'unitsGivenAway6h')).toBe(0);
  expect(figureOf(bulk, 'priceToUsual')).toBe(1);
});

test('priceErrorFeatures: a stream that begins in the middle takes the price before from the change', () => {
  const [unit] = unitsOf([priced(2 * day, 'p-1', 2), reserved(2 * day + 10, 'u-1', 1, 2)]);
  expect(figureOf(unit, 'priceToUsual')).toBeCloseTo(0.1, 12);
});

test('priceErrorFeatures: only purchases belong to a unit', () => {
  expect(features.entityOf(reserved(0, 'u-1', 1, 20))).toEqual({ type: 'product', id: 'p-1' });
  expect(features.entityOf(priced(0, 'p-1', 2))).toBeUndefined();
});

test('priceErrorFeatures: units are finite, and depend on nothing that comes later', () => {
  const { records, span } = pricingStream({ seed: 5, days: 12, errors: true });
  const all = unitsOf(records, span.endMs);
  expect(all.length).toBeGreaterThan(500);
  expect(all.every(unit => unit.features.length === features.names.length)).toBe(true);
  expect(all.flatMap(unit => unit.features).every(Number.isFinite)).toBe(true);
  const half = records.slice(0, Math.floor(records.length / 2));
  const fold = features.fold(span.startMs);
  const early = half.flatMap(each => fold.push(each));
  expect(early.length).toBeGreaterThan(200);
  expect(early).toEqual(all.slice(0, early.length));
});
