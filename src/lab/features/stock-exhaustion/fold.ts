import { dayMs, minuteMs } from '../../../base/time.ts';
import { anomalyFacts } from '../../../data/dataset/anomaly-facts.ts';
import type { EventRecord } from '../../../data/dataset/record.ts';
import { numberOf } from '../../../data/dataset/record-of.ts';
import type { Unit, UnitFold } from '../feature-set.ts';
import { runningQuantile } from '../running-quantile.ts';
import { trailingCounts } from '../trailing-counts.ts';
import { windowedFold } from '../windowed-fold.ts';
import { unitFeatures } from './features.ts';
import {
  type Customer,
  customerColumn,
  memoryWindows,
  newCustomer,
  newProduct,
  newWindow,
  type Product,
  productColumn,
  recent,
  type WindowTally,
} from './state.ts';
import { isStockRecord } from './stock-records.ts';

const { entityType } = anomalyFacts['stock-exhaustion'];

/**
 * A customer without any event for this long is dropped, which bounds the state: 14 days are below the 22 of the shortest training
 * set, so longer streams need no more memory.
 */
const rememberedMs = 14 * dayMs;

/** A reservation this soon after the last expiry of the same product, of any customer, is a quick re-hold: too quick for a person. */
const quickReHoldMs = 2 * minuteMs;

/** The fold of `stockExhaustionFeatures`: one pass, state bounded by the customers of the last 14 days and the catalogue. */
export function stockFold(startMs: number, windowMs: number): UnitFold {
  const customers = new Map<string, Customer>();
  const products = new Map<string, Product>();
  /** Customers with a window tally or units in their carts. */
  const live = new Set<string>();
  /** The 95th percentile of units held at once, over customers and windows of the last one to two weeks. */
  const typicalPeak = runningQuantile({ share: 0.95, largest: 500, fallback: 8, minimumCount: 200 });
  const memoryMs = memoryWindows * windowMs;
  const rotateEvery = Math.round((7 * dayMs) / windowMs);
  let window = Math.floor(startMs / windowMs);

  function customerOf(record: EventRecord): Customer {
    const known = customers.get(record.userId);
    if (known !== undefined) {
      known.lastSeenMs = record.timeMs;
      return known;
    }
    const customer = newCustomer(record.timeMs);
    customers.set(record.userId, customer);
    return customer;
  }

  function productOf(id: string): Product {
    const known = products.get(id);
    if (known !== undefined) return known;
    const product = newProduct();
    products.set(id, product);
    return product;
  }

  function tallyOf(id: string, customer: Customer): WindowTally {
    live.add(id);
    customer.window ??= newWindow(customer);
    return customer.window;
  }

  function remember(customer: Customer, column: number, amount: number): void {
    customer.memory ??= trailingCounts(memoryWindows, Object.keys(customerColumn).length);
    customer.memory.add(window, column, amount);
  }

  /** Moves the number of units that a customer holds and has not ordered, and the product's with it. */
  function changeHeld(customer: Customer, tally: WindowTally, product: Product, units: number, timeMs: number): void {
    tally.heldUnitMs += customer.held * (timeMs - Math.max(customer.heldSinceMs, window * windowMs));
    customer.heldSinceMs = timeMs;
    customer.held += units;
    product.held += units;
    tally.peakHeld = Math.max(tally.peakHeld, customer.held);
  }

  function reserved(record: EventRecord, customer: Customer, tally: WindowTally): void {
    const units = record.quantity ?? 0;
    const product = productOf(record.productId);
    const hold = customer.holds.get(record.productId) ?? { sinceMs: record.timeMs, units: 0, ordered: 0 };
    customer.holds.set(record.productId, hold);
    hold.units += units;
    changeHeld(customer, tally, product, units, record.timeMs);
    product.remaining = numberOf(record.data, 'remaining') ?? product.remaining;

    tally.reservations += 1;
    tally.unitsReserved += units;
    tally.largestReservation = Math.max(tally.largestReservation, units);
    tally.products.add(record.productId);
    tally.stockShare = Math.max(
      tally.stockShare,
      (hold.units - hold.ordered) / Math.max(1, product.remaining + product.held),
    );
    remember(customer, customerColumn.reserved, units);
    remember(customer, customerColumn.reservations, 1);
    noteUnpaid(customer, record);
    product.memory.add(window, productColumn.reserved, units);

    if (record.timeMs - (customer.expiredMs.get(record.productId) ?? Number.NEGATIVE_INFINITY) <= memoryMs) {
      remember(customer, customerColumn.ownReHolds, 1);
      product.reHolders.set(record.userId, record.timeMs);
    }
    if (record.timeMs - product.lastExpiryMs <= quickReHoldMs) {
      remember(customer, customerColumn.quickReHolds, 1);
      product.memory.add(window, productColumn.quickReHeld, units);
    }
  }

  function noteUnpaid({ unpaid }: Customer, { productId, timeMs, quantity }: EventRecord): void {
    unpaid.set(productId, [...recent(unpaid.get(productId) ?? [], timeMs), { timeMs, units: quantity ?? 0 }]);
  }

  /** Units leave a customer's hold: released, expired or sold. */
  function letGo(record: EventRecord, customer: Customer, tally: WindowTally, sold: boolean): number {
    const hold = customer.holds.get(record.productId);
    const units = Math.min(record.quantity ?? hold?.units ?? 0, hold?.units ?? 0);
    if (hold === undefined || units === 0) return record.quantity ?? 0;
    const freeBefore = hold.units - hold.ordered;
    hold.units -= units;
    hold.ordered = Math.min(hold.units, sold ? Math.max(0, hold.ordered - units) : hold.ordered);
    changeHeld(customer, tally, productOf(record.productId), hold.units - hold.ordered - freeBefore, record.timeMs);
    if (hold.units === 0) customer.holds.delete(record.productId);
    return units;
  }

  function released(record: EventRecord, customer: Customer, tally: WindowTally): void {
    const product = productOf(record.productId);
    const hold = customer.holds.get(record.productId);
    if (hold !== undefined) tally.longestHoldMs = Math.max(tally.longestHoldMs, record.timeMs - hold.sinceMs);
    const units = letGo(record, customer, tally, false);
    product.remaining = numberOf(record.data, 'remaining') ?? product.remaining + units;
    if (record.data.reason !== 'expired') return;
    tally.unitsExpired += units;
    tally.products.add(record.productId);
    customer.expiredMs.set(record.productId, record.timeMs);
    product.lastExpiryMs = record.timeMs;
    remember(customer, customerColumn.expired, units);
    product.memory.add(window, productColumn.expired, units);
  }

  function sold(record: EventRecord, customer: Customer, tally: WindowTally): void {
    const units = letGo(record, customer, tally, true);
    customer.unpaid.delete(record.productId);
    remember(customer, customerColumn.sold, units);
    productOf(record.productId).memory.add(window, productColumn.sold, units);
  }

  /** Marks the order's units as ordered, or no longer ordered. */
  function ordered(record: EventRecord, customer: Customer, tally: WindowTally, direction: 1 | -1): void {
    for (const line of linesIn(record)) {
      const hold = customer.holds.get(line.productId);
      if (hold === undefined) continue;
      const before = hold.ordered;
      hold.ordered = Math.min(hold.units, Math.max(0, before + direction * line.quantity));
      changeHeld(customer, tally, productOf(line.productId), before - hold.ordered, record.timeMs);
    }
  }

  function takeStockRecord(record: EventRecord): void {
    const customer = customerOf(record);
    const tally = tallyOf(record.userId, customer);
    switch (record.type) {
      case 'ProductAddedToCart':
        if (tally.adds === 0) tally.firstAddMs = record.timeMs;
        tally.lastAddMs = record.timeMs;
        tally.adds += 1;
        break;
      case 'ProductReserved':
        reserved(record, customer, tally);
        break;
      case 'ReservationRejected':
        tally.rejected += 1;
        tally.products.add(record.productId);
        break;
      case 'ProductReservationReleased':
        released(record, customer, tally);
        break;
      case 'ReservationsMaterialized':
        sold(record, customer, tally);
        break;
      case 'ProductRemovedFromCart':
        if (record.data.reason === 'customer') tally.removals += 1;
        break;
      case 'OrderCreated':
        tally.submitted += 1;
        ordered(record, customer, tally, 1);
        break;
      case 'OrderPaid':
        tally.paid += 1;
        customer.ordersPaid += 1;
        break;
      case 'OrderCancelled':
        tally.cancelled += 1;
        ordered(record, customer, tally, -1);
        break;
      default:
        break;
    }
  }

  function take(record: EventRecord): void {
    if (record.type === 'ProductAddedToWarehouse' || record.type === 'ProductRestocked') {
      const product = productOf(record.productId);
      product.remaining = numberOf(record.data, 'remaining') ?? product.remaining + (record.quantity ?? 0);
    } else if (record.userId === '') {
      return;
    } else if (record.type === 'UserAccountCreated') {
      customerOf(record).createdMs = record.timeMs;
    } else if (isStockRecord(record)) {
      takeStockRecord(record);
    }
  }

  function closeWindow(): readonly Unit[] {
    const endMs = (window + 1) * windowMs;
    const typical = typicalPeak.value();
    const units: Unit[] = [];
    for (const id of [...live].sort()) {
      const customer = customers.get(id);
      if (customer === undefined) continue;
      const tally = customer.window ?? newWindow(customer);
      tally.heldUnitMs += customer.held * (endMs - Math.max(customer.heldSinceMs, window * windowMs));
      const features = unitFeatures({ customer, tally, products, window, endMs, typicalPeak: typical, memoryMs });
      const involved = involvedIn(customer, endMs);
      units.push({ startMs: window * windowMs, endMs, entity: { type: entityType, id }, features, involved });
      typicalPeak.add(tally.peakHeld);
      customer.window = undefined;
      if (customer.holds.size === 0) live.delete(id);
    }
    window += 1;
    if (window % rotateEvery === 0) typicalPeak.rotate();
    if ((window * windowMs) % dayMs === 0) forget(window * windowMs);
    return units;
  }

  /** Once a day: drops what no feature uses any more. */
  function forget(nowMs: number): void {
    for (const [id, customer] of customers) {
      if (live.has(id)) continue;
      if (nowMs - customer.lastSeenMs > rememberedMs) customers.delete(id);
      else if (nowMs - customer.lastSeenMs > memoryMs) {
        customer.memory = undefined;
        customer.expiredMs.clear();
        customer.unpaid.clear();
      }
    }
    for (const product of products.values()) {
      for (const [id, timeMs] of product.reHolders) if (nowMs - timeMs > memoryMs) product.reHolders.delete(id);
    }
  }

  const start = () => window * windowMs;
  return windowedFold({ windowMs, startMs: start, take, close: closeWindow, isOpen: () => live.size > 0 });
}

/** The product that the customer reserved most often without buying it. */
function involvedIn({ unpaid }: Customer, endMs: number): Unit['involved'] {
  const [most] = [...unpaid]
    .map(([id, reserved]) => ({ id, count: recent(reserved, endMs).length }))
    .sort((a, b) => b.count - a.count || (a.id < b.id ? -1 : 1));
  return most === undefined || most.count === 0 ? [] : [{ type: 'product', id: most.id }];
}

function linesIn(record: EventRecord): readonly { readonly productId: string; readonly quantity: number }[] {
  const lines = record.data.lines;
  if (!Array.isArray(lines)) return [];
  return lines.flatMap((line: unknown) =>
    typeof line === 'object' &&
    line !== null &&
    'productId' in line &&
    typeof line.productId === 'string' &&
    'quantity' in line &&
    typeof line.quantity === 'number'
      ? [{ productId: line.productId, quantity: line.quantity }]
      : [],
  );
}
