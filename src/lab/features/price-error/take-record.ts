import { dayMs } from '../../../base/time.ts';
import type { EventRecord } from '../../../data/dataset/record.ts';
import { numberOf } from '../../../data/dataset/record-of.ts';
import type { PriceState } from './price-state.ts';
import { type Customer, column, type Product, reducedBelow, type Visit, type WindowTally } from './state.ts';

/** What changes a product's price or stock, its reservations and their outcomes. */
const priceTypes: ReadonlySet<string> = new Set([
  'ProductAddedToWarehouse',
  'ProductPriceChanged',
  'ProductRestocked',
  'ProductReserved',
  'ReservationRejected',
  'ProductReservationReleased',
  'ReservationsMaterialized',
]);

/** Changes the state by a record. */
export function takeRecord(record: EventRecord, state: PriceState): void {
  if (record.kind !== 'event') return;
  if (record.userId !== '') state.seeCustomer(record);
  if (record.type === 'OrderCreated') state.visitOf(record).hasOrdered = true;
  if (record.productId === '' || !priceTypes.has(record.type)) return;
  const product = state.productOf(record.productId);
  product.remaining = numberOf(record.data, 'remaining') ?? product.remaining;
  switch (record.type) {
    case 'ProductAddedToWarehouse':
      product.category = typeof record.data.category === 'string' ? record.data.category : '';
      priced(record, product, state);
      break;
    case 'ProductPriceChanged':
      priced(record, product, state);
      break;
    case 'ProductReserved':
      reserved(record, product, state);
      break;
    case 'ReservationRejected':
      state.tallyOf(record.productId, product).rejected += 1;
      break;
    case 'ReservationsMaterialized':
      state.count(product, column.sold, record.quantity ?? 0);
      break;
    default:
      break;
  }
}

/** The price changes, and may be a reduction now, or no longer. */
function priced({ timeMs, price, data }: EventRecord, product: Product, { streamStartMs }: PriceState): void {
  if (price === undefined) return;
  const { prices } = product;
  const previous = numberOf(data, 'previousPrice');
  if (prices.current() === undefined && previous !== undefined) prices.set(streamStartMs, previous);
  const usual = prices.usual(timeMs);
  prices.set(timeMs, price);
  noteReduction(product, usual === undefined || usual <= 0 ? 1 : price / usual, timeMs);
}

/** @param share of the usual price that the new price is */
function noteReduction(product: Product, share: number, timeMs: number): void {
  const isReduced = share < reducedBelow;
  if (isReduced && !product.isReduced) product.reducedMs = timeMs;
  if (isReduced) product.reducedTo = product.isReduced ? Math.min(product.reducedTo, share) : share;
  product.isReduced = isReduced;
}

function reserved(record: EventRecord, product: Product, state: PriceState): void {
  const tally = state.tallyOf(record.productId, product);
  const { prices } = product;
  // A stream may begin in the middle: then the first reservation gives the price.
  if (prices.current() === undefined && record.price !== undefined) prices.set(state.streamStartMs, record.price);
  notePaid(record, product, tally);
  if (tally.lines === 0) state.count(product, column.windows, 1);
  addLine(record, tally);
  addUnitsOfUser(record, tally, state.customers.get(record.userId));
  addToVisit(record, product, state.visitOf(record));
  state.count(product, column.lines, 1);
  state.count(product, column.units, record.quantity ?? 0);
}

/** The lowest price of the window, and when the price had fallen to it. */
function notePaid({ timeMs, price }: EventRecord, { prices }: Product, tally: WindowTally): void {
  const paid = price ?? prices.current() ?? 0;
  if (paid < tally.lowestPrice) {
    tally.lowestPrice = paid;
    tally.fellMs = timeMs - prices.sinceFallMs(timeMs);
  }
}

function addLine({ quantity = 0 }: EventRecord, tally: WindowTally): void {
  tally.lines += 1;
  tally.units += quantity;
  if (quantity > 1) tally.manyUnitLines += 1;
  tally.largestLine = Math.max(tally.largestLine, quantity);
}

/** A customer is new until a day after the first event. */
function addUnitsOfUser(
  { userId, timeMs, quantity = 0 }: EventRecord,
  tally: WindowTally,
  customer: Customer | undefined,
): void {
  const before = tally.unitsByUser.get(userId);
  tally.unitsByUser.set(userId, (before ?? 0) + quantity);
  const firstMs = customer?.firstMs ?? timeMs;
  if (before === undefined && timeMs - firstMs < dayMs) tally.newUsers += 1;
}

function addToVisit({ productId, timeMs, quantity = 0 }: EventRecord, product: Product, visit: Visit): void {
  visit.products.add(productId);
  const taken = product.visits.get(visit) ?? { fromMs: timeMs, units: 0 };
  product.visits.set(visit, taken);
  taken.units += quantity;
}
