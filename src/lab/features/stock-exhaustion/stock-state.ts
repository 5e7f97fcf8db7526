import { dayMs } from '../../../base/time.ts';
import type { EventRecord } from '../../../data/dataset/record.ts';
import {
  type Customer,
  memoryMs,
  newCustomer,
  newProduct,
  newWindow,
  type Product,
  type WindowTally,
  windowMs,
} from './state.ts';

/**
 * A customer without any event for this long is dropped, which bounds the state: 14 days are below the 22 of the shortest training
 * set, so longer streams need no more memory.
 */
const rememberedMs = 14 * dayMs;

/** Customers and products as of the latest record: bounded by the customers of the last 14 days and the catalogue. */
export class StockState {
  readonly customers = new Map<string, Customer>();
  readonly products = new Map<string, Product>();
  /** Customers with a window tally or units in their carts. */
  readonly live = new Set<string>();
  /** The current one, counted since 1970. */
  window: number;

  constructor(startMs: number) {
    this.window = Math.floor(startMs / windowMs);
  }

  /** Beginning of the current window. */
  get startMs(): number {
    return this.window * windowMs;
  }

  /** The customer of a record, who is seen by it. */
  customerOf({ userId, timeMs }: EventRecord): Customer {
    const known = this.customers.get(userId);
    if (known !== undefined) {
      known.lastSeenMs = timeMs;
      return known;
    }
    const customer = newCustomer(timeMs);
    this.customers.set(userId, customer);
    return customer;
  }

  productOf(id: string): Product {
    const product = this.products.get(id) ?? newProduct();
    this.products.set(id, product);
    return product;
  }

  /** What the customer does in the current window. */
  tallyOf(id: string, customer: Customer): WindowTally {
    this.live.add(id);
    customer.window ??= newWindow(customer);
    return customer.window;
  }

  /** Adds the time since the number of units that a customer holds last changed, within the current window. */
  addHeldTime(customer: Customer, tally: WindowTally, untilMs: number): void {
    tally.heldUnitMs += customer.held * (untilMs - Math.max(customer.heldSinceMs, this.startMs));
  }

  /** Drops what no feature uses any more. */
  forget(): void {
    const nowMs = this.startMs;
    for (const [id, customer] of this.customers) {
      if (this.live.has(id)) continue;
      if (nowMs - customer.lastSeenMs > rememberedMs) this.customers.delete(id);
      else if (nowMs - customer.lastSeenMs > memoryMs) {
        customer.memory = undefined;
        customer.expiredMs.clear();
        customer.unpaid.clear();
      }
    }
    for (const { reHolders } of this.products.values()) {
      for (const [id, timeMs] of reHolders) if (nowMs - timeMs > memoryMs) reHolders.delete(id);
    }
  }
}
