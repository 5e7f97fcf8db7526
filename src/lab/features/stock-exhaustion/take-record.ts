import { isObject } from '../../../base/is-object.ts';
import { minuteMs } from '../../../base/time.ts';
import type { EventRecord } from '../../../data/dataset/record.ts';
import { numberOf } from '../../../data/dataset/record-of.ts';
import { trailingCounts } from '../trailing-counts.ts';
import {
  type Customer,
  customerColumn,
  memoryMs,
  memoryWindows,
  type Product,
  productColumn,
  recent,
  type WindowTally,
} from './state.ts';
import { isStockRecord } from './stock-records.ts';
import type { StockState } from './stock-state.ts';

/** A reservation this soon after the last expiry of the same product, of any customer, is a quick re-hold: too quick for a person. */
const quickReHoldMs = 2 * minuteMs;

/** Changes the state by a record. */
export function takeRecord(record: EventRecord, state: StockState): void {
  if (record.type === 'ProductAddedToWarehouse' || record.type === 'ProductRestocked') {
    const product = state.productOf(record.productId);
    product.remaining = numberOf(record.data, 'remaining') ?? product.remaining + (record.quantity ?? 0);
  } else if (record.userId === '') {
    return;
  } else if (record.type === 'UserAccountCreated') {
    state.customerOf(record).createdMs = record.timeMs;
  } else if (isStockRecord(record)) {
    takeAct(record, state);
  }
}

/** A record of a customer, and what it changes. */
type Act = {
  readonly record: EventRecord;
  readonly customer: Customer;
  readonly tally: WindowTally;
  readonly state: StockState;
};

function takeAct(record: EventRecord, state: StockState): void {
  const customer = state.customerOf(record);
  const tally = state.tallyOf(record.userId, customer);
  const act = { record, customer, tally, state };
  switch (record.type) {
    case 'ProductAddedToCart':
      if (tally.adds === 0) tally.firstAddMs = record.timeMs;
      tally.lastAddMs = record.timeMs;
      tally.adds += 1;
      break;
    case 'ProductReserved':
      reserved(act);
      break;
    case 'ReservationRejected':
      tally.rejected += 1;
      tally.products.add(record.productId);
      break;
    case 'ProductReservationReleased':
      released(act);
      break;
    case 'ReservationsMaterialized':
      sold(act);
      break;
    case 'ProductRemovedFromCart':
      if (record.data.reason === 'customer') tally.removals += 1;
      break;
    case 'OrderCreated':
      tally.submitted += 1;
      ordered(act, 1);
      break;
    case 'OrderPaid':
      tally.paid += 1;
      customer.ordersPaid += 1;
      break;
    case 'OrderCancelled':
      tally.cancelled += 1;
      ordered(act, -1);
      break;
    default:
      break;
  }
}

function reserved(act: Act): void {
  const { record, customer, tally, state } = act;
  const { productId, timeMs } = record;
  const units = record.quantity ?? 0;
  const product = state.productOf(productId);
  const hold = customer.holds.get(productId) ?? { sinceMs: timeMs, units: 0, ordered: 0 };
  customer.holds.set(productId, hold);
  hold.units += units;
  changeHeld(act, product, units);
  product.remaining = numberOf(record.data, 'remaining') ?? product.remaining;

  tally.reservations += 1;
  tally.unitsReserved += units;
  tally.largestReservation = Math.max(tally.largestReservation, units);
  tally.products.add(productId);
  tally.stockShare = Math.max(
    tally.stockShare,
    (hold.units - hold.ordered) / Math.max(1, product.remaining + product.held),
  );
  remember(act, customerColumn.reserved, units);
  remember(act, customerColumn.reservations, 1);
  customer.unpaid.set(productId, [...recent(customer.unpaid.get(productId) ?? [], timeMs), { timeMs, units }]);
  product.memory.add(state.window, productColumn.reserved, units);
  noteReHold(act, product, units);
}

/** A reservation after the hold of the customer itself, or of any customer, has expired. */
function noteReHold(act: Act, product: Product, units: number): void {
  const { record, customer, state } = act;
  if (record.timeMs - (customer.expiredMs.get(record.productId) ?? Number.NEGATIVE_INFINITY) <= memoryMs) {
    remember(act, customerColumn.ownReHolds, 1);
    product.reHolders.set(record.userId, record.timeMs);
  }
  if (record.timeMs - product.lastExpiryMs <= quickReHoldMs) {
    remember(act, customerColumn.quickReHolds, 1);
    product.memory.add(state.window, productColumn.quickReHeld, units);
  }
}

function released(act: Act): void {
  const { record, customer, tally, state } = act;
  const product = state.productOf(record.productId);
  const hold = customer.holds.get(record.productId);
  if (hold !== undefined) tally.longestHoldMs = Math.max(tally.longestHoldMs, record.timeMs - hold.sinceMs);
  const units = letGo(act, { isSold: false });
  product.remaining = numberOf(record.data, 'remaining') ?? product.remaining + units;
  if (record.data.reason !== 'expired') return;
  tally.unitsExpired += units;
  tally.products.add(record.productId);
  customer.expiredMs.set(record.productId, record.timeMs);
  product.lastExpiryMs = record.timeMs;
  remember(act, customerColumn.expired, units);
  product.memory.add(state.window, productColumn.expired, units);
}

function sold(act: Act): void {
  const { record, customer, state } = act;
  const units = letGo(act, { isSold: true });
  customer.unpaid.delete(record.productId);
  remember(act, customerColumn.sold, units);
  state.productOf(record.productId).memory.add(state.window, productColumn.sold, units);
}

/** Units leave a customer's hold: released, expired or sold. @returns their number */
function letGo(act: Act, { isSold }: { readonly isSold: boolean }): number {
  const { record, customer, state } = act;
  const hold = customer.holds.get(record.productId);
  const units = Math.min(record.quantity ?? hold?.units ?? 0, hold?.units ?? 0);
  if (hold === undefined || units === 0) return record.quantity ?? 0;
  const freeBefore = hold.units - hold.ordered;
  hold.units -= units;
  hold.ordered = Math.min(hold.units, isSold ? Math.max(0, hold.ordered - units) : hold.ordered);
  changeHeld(act, state.productOf(record.productId), hold.units - hold.ordered - freeBefore);
  if (hold.units === 0) customer.holds.delete(record.productId);
  return units;
}

/** Marks the order's units as ordered, or no longer ordered. */
function ordered(act: Act, direction: 1 | -1): void {
  for (const line of linesIn(act.record)) {
    const hold = act.customer.holds.get(line.productId);
    if (hold === undefined) continue;
    const before = hold.ordered;
    hold.ordered = Math.min(hold.units, Math.max(0, before + direction * line.quantity));
    changeHeld(act, act.state.productOf(line.productId), before - hold.ordered);
  }
}

/** Changes the number of units that a customer holds and has not ordered, and the product's with it. */
function changeHeld({ record, customer, tally, state }: Act, product: Product, units: number): void {
  state.addHeldTime(customer, tally, record.timeMs);
  customer.heldSinceMs = record.timeMs;
  customer.held += units;
  product.held += units;
  tally.peakHeld = Math.max(tally.peakHeld, customer.held);
}

function remember({ customer, state }: Act, column: number, amount: number): void {
  customer.memory ??= trailingCounts(memoryWindows, Object.keys(customerColumn).length);
  customer.memory.add(state.window, column, amount);
}

function linesIn(record: EventRecord): readonly { readonly productId: string; readonly quantity: number }[] {
  const lines = record.data.lines;
  if (!Array.isArray(lines)) return [];
  return lines
    .filter(isObject)
    .flatMap(({ productId, quantity }) =>
      typeof productId === 'string' && typeof quantity === 'number' ? [{ productId, quantity }] : [],
    );
}
