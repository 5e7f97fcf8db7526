import { dayMs } from '../../../base/time.ts';
import type { EventRecord } from '../../../data/dataset/record.ts';
import { dayOf } from './features.ts';
import {
  type Customer,
  demandMs,
  habitDays,
  newProduct,
  newWindow,
  type Product,
  type Visit,
  type WindowTally,
  windowMs,
} from './state.ts';

/** A customer without any event for this long is dropped, and counts as new afterwards. */
const rememberedMs = habitDays * dayMs;

/** Products, customers and visits as of the latest record: bounded by the customers of the last 14 days and the catalogue. */
export class PriceState {
  /** Beginning of the stream. */
  readonly streamStartMs: number;
  readonly products = new Map<string, Product>();
  readonly customers = new Map<string, Customer>();
  readonly visits = new Map<string, Visit>();
  /** Products with a window tally. */
  readonly live = new Set<string>();
  /** The current one, counted since 1970. */
  window: number;

  constructor(streamStartMs: number) {
    this.streamStartMs = streamStartMs;
    this.window = Math.floor(streamStartMs / windowMs);
  }

  /** Beginning of the current window. */
  get startMs(): number {
    return this.window * windowMs;
  }

  /** End of the current window. */
  get endMs(): number {
    return (this.window + 1) * windowMs;
  }

  /** Remembers when the customer of a record was seen first and last. */
  seeCustomer({ userId, timeMs }: EventRecord): void {
    const known = this.customers.get(userId);
    if (known === undefined) this.customers.set(userId, { firstMs: timeMs, lastMs: timeMs });
    else known.lastMs = timeMs;
  }

  /** The visit that a record belongs to, by its correlation id; where a system has none, the customer stands in. */
  visitOf({ correlationId, userId, timeMs }: EventRecord): Visit {
    const key = correlationId || userId;
    const visit = this.visits.get(key) ?? { products: new Set(), hasOrdered: false, lastMs: timeMs };
    this.visits.set(key, visit);
    visit.lastMs = timeMs;
    return visit;
  }

  productOf(id: string): Product {
    const product = this.products.get(id) ?? newProduct();
    this.products.set(id, product);
    return product;
  }

  /** What is reserved of a product in the current window. */
  tallyOf(id: string, product: Product): WindowTally {
    this.live.add(id);
    product.window ??= newWindow();
    return product.window;
  }

  /** Adds to a product's counts of the current window and day. */
  count(product: Product, which: number, amount: number): void {
    product.hours.add(this.window, which, amount);
    product.days.add(dayOf(this.endMs), which, amount);
  }

  /** Drops what no feature uses any more: visits at the end of each window, customers at the end of each day. */
  forget(): void {
    const nowMs = this.startMs;
    for (const [key, { lastMs }] of this.visits) if (nowMs - lastMs > demandMs) this.visits.delete(key);
    for (const { visits } of this.products.values()) {
      for (const [visit, { fromMs }] of visits) {
        if (nowMs - fromMs <= demandMs) break;
        visits.delete(visit);
      }
    }
    if (nowMs % dayMs !== 0) return;
    for (const [id, { lastMs }] of this.customers) if (nowMs - lastMs > rememberedMs) this.customers.delete(id);
  }
}
