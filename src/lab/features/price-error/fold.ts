import { dayMs } from '../../../base/time.ts';
import { anomalyFacts } from '../../../data/dataset/anomaly-facts.ts';
import type { EventRecord } from '../../../data/dataset/record.ts';
import { numberOf } from '../../../data/dataset/record-of.ts';
import type { Unit, UnitFold } from '../feature-set.ts';
import { windowedFold } from '../windowed-fold.ts';
import { dayOf, unitFeatures } from './features.ts';
import {
  column,
  demandMs,
  habitDays,
  newProduct,
  newWindow,
  type Product,
  reducedBelow,
  type Visit,
  type WindowTally,
} from './state.ts';

const { entityType } = anomalyFacts['price-error'];

/** A customer without any event for this long is dropped, and counts as new afterwards. */
const rememberedMs = habitDays * dayMs;

/** The fold of `priceErrorFeatures`: one pass, state bounded by the customers of the last 14 days and the catalogue. */
export function priceFold(startMs: number, windowMs: number): UnitFold {
  const products = new Map<string, Product>();
  const customers = new Map<string, { readonly firstMs: number; lastMs: number }>();
  const visits = new Map<string, Visit>();
  /** Products with a window tally. */
  const live = new Set<string>();
  let window = Math.floor(startMs / windowMs);

  function productOf(id: string): Product {
    const known = products.get(id);
    if (known !== undefined) return known;
    const product = newProduct(windowMs);
    products.set(id, product);
    return product;
  }

  function tallyOf(id: string, product: Product): WindowTally {
    live.add(id);
    product.window ??= newWindow();
    return product.window;
  }

  /** The visit that a message belongs to; where a system has no correlation ids, the customer stands in. */
  function visitOf(record: EventRecord): Visit {
    const key = record.correlationId || record.userId;
    const visit = visits.get(key) ?? { products: new Set(), hasOrdered: false, lastMs: record.timeMs };
    visits.set(key, visit);
    visit.lastMs = record.timeMs;
    return visit;
  }

  function seen(userId: string, timeMs: number): void {
    const known = customers.get(userId);
    if (known === undefined) customers.set(userId, { firstMs: timeMs, lastMs: timeMs });
    else known.lastMs = timeMs;
  }

  function priced(record: EventRecord, product: Product): void {
    if (record.price === undefined) return;
    const previous = numberOf(record.data, 'previousPrice');
    if (product.prices.current() === undefined && previous !== undefined) product.prices.set(startMs, previous);
    const usual = product.prices.usual(record.timeMs);
    product.prices.set(record.timeMs, record.price);
    const share = usual === undefined || usual <= 0 ? 1 : record.price / usual;
    const isReduced = share < reducedBelow;
    if (isReduced && !product.isReduced) product.reducedMs = record.timeMs;
    if (isReduced) product.reducedTo = product.isReduced ? Math.min(product.reducedTo, share) : share;
    product.isReduced = isReduced;
  }

  function reserved(record: EventRecord, product: Product): void {
    const tally = tallyOf(record.productId, product);
    const units = record.quantity ?? 0;
    // A stream may begin in the middle: then the first reservation gives the price.
    if (product.prices.current() === undefined && record.price !== undefined) product.prices.set(startMs, record.price);
    const price = record.price ?? product.prices.current() ?? 0;
    if (price < tally.lowestPrice) {
      tally.lowestPrice = price;
      tally.fellMs = record.timeMs - product.prices.sinceFallMs(record.timeMs);
    }
    if (tally.lines === 0) count(product, column.windows, 1);
    tally.lines += 1;
    tally.units += units;
    if (units > 1) tally.manyUnitLines += 1;
    tally.largestLine = Math.max(tally.largestLine, units);
    const before = tally.unitsByUser.get(record.userId);
    tally.unitsByUser.set(record.userId, (before ?? 0) + units);
    const firstMs = customers.get(record.userId)?.firstMs ?? record.timeMs;
    if (before === undefined && record.timeMs - firstMs < dayMs) tally.newUsers += 1;
    const visit = visitOf(record);
    visit.products.add(record.productId);
    const taken = product.visits.get(visit) ?? { fromMs: record.timeMs, units: 0 };
    product.visits.set(visit, taken);
    taken.units += units;
    count(product, column.lines, 1);
    count(product, column.units, units);
  }

  function count(product: Product, which: number, amount: number): void {
    product.hours.add(window, which, amount);
    product.days.add(dayOf((window + 1) * windowMs), which, amount);
  }

  function take(record: EventRecord): void {
    if (record.kind !== 'event') return;
    if (record.userId !== '') seen(record.userId, record.timeMs);
    if (record.type === 'OrderCreated') visitOf(record).hasOrdered = true;
    if (!isPriceRecord(record)) return;
    const product = productOf(record.productId);
    product.remaining = numberOf(record.data, 'remaining') ?? product.remaining;
    if (record.type === 'ProductAddedToWarehouse') {
      product.category = typeof record.data.category === 'string' ? record.data.category : '';
      priced(record, product);
    } else if (record.type === 'ProductPriceChanged') priced(record, product);
    else if (record.type === 'ProductReserved') reserved(record, product);
    else if (record.type === 'ReservationRejected') tallyOf(record.productId, product).rejected += 1;
    else if (record.type === 'ReservationsMaterialized') count(product, column.sold, record.quantity ?? 0);
  }

  function closeWindow(): readonly Unit[] {
    const endMs = (window + 1) * windowMs;
    const knownDays = Math.min(habitDays, Math.max(1, (endMs - startMs) / dayMs));
    const units: Unit[] = [];
    for (const id of [...live].sort()) {
      const product = products.get(id);
      const tally = product?.window;
      if (product === undefined || tally === undefined) continue;
      product.window = undefined;
      if (tally.lines === 0) continue;
      units.push({
        startMs: window * windowMs,
        endMs,
        entity: { type: entityType, id },
        features: unitFeatures({ product, tally, products, window, endMs, habitDays: knownDays }),
        involved: involvedIn(tally),
      });
    }
    live.clear();
    window += 1;
    forgetVisits(window * windowMs);
    if ((window * windowMs) % dayMs === 0) {
      for (const [id, { lastMs }] of customers) if (window * windowMs - lastMs > rememberedMs) customers.delete(id);
    }
    return units;
  }

  function forgetVisits(nowMs: number): void {
    for (const [key, { lastMs }] of visits) if (nowMs - lastMs > demandMs) visits.delete(key);
    for (const product of products.values()) {
      for (const [visit, { fromMs }] of product.visits) {
        if (nowMs - fromMs <= demandMs) break;
        product.visits.delete(visit);
      }
    }
  }

  const start = () => window * windowMs;
  return windowedFold({ windowMs, startMs: start, take, close: closeWindow, isOpen: () => live.size > 0 });
}

/** Updates a product's price, its reservations and their outcomes. */
function isPriceRecord(record: EventRecord): boolean {
  return record.productId !== '' && priceTypes.has(record.type);
}

const priceTypes: ReadonlySet<string> = new Set([
  'ProductAddedToWarehouse',
  'ProductPriceChanged',
  'ProductRestocked',
  'ProductReserved',
  'ReservationRejected',
  'ProductReservationReleased',
  'ReservationsMaterialized',
]);

/** The customers who took it, those with most units first. */
function involvedIn({ unitsByUser }: WindowTally): Unit['involved'] {
  return [...unitsByUser]
    .sort(([idA, a], [idB, b]) => b - a || (idA < idB ? -1 : 1))
    .map(([id]) => ({ type: 'user' as const, id }));
}
