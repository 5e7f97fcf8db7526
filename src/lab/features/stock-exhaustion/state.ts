import { hourMs, minuteMs } from '../../../base/time.ts';
import { type TrailingCounts, trailingCounts } from '../trailing-counts.ts';

/** Length of a window [ms]. */
export const windowMs = 30 * minuteMs;

/** How many windows the trailing features cover, the current one included: six hours of half hours. */
export const memoryWindows = 12;
/** The same as a time [ms]. */
export const memoryMs = memoryWindows * windowMs;

/** How far back reservations without a paid order are counted [ms]. */
const unpaidMemoryMs = 3 * hourMs;

/** One reservation of a product that the customer has not bought since. */
export type Unpaid = { readonly timeMs: number; readonly units: number };

/** Those that are at most `withinMs` ago. */
export function recent(unpaid: readonly Unpaid[], nowMs: number, withinMs = unpaidMemoryMs): readonly Unpaid[] {
  return unpaid.filter(({ timeMs }) => nowMs - timeMs <= withinMs);
}

/** Columns of a customer's trailing counts. */
export const customerColumn = {
  reserved: 0,
  expired: 1,
  sold: 2,
  ownReHolds: 3,
  quickReHolds: 4,
  reservations: 5,
} as const;
/** Columns of a product's trailing counts. */
export const productColumn = { reserved: 0, expired: 1, sold: 2, quickReHeld: 3 } as const;

/** Units of one product in one customer's carts. */
export type Hold = {
  /** Since when there has been a unit without a break; each further reservation renews the hold of all. */
  readonly sinceMs: number;
  units: number;
  /** Of these, units in an order that is submitted and not yet paid or cancelled. */
  ordered: number;
};

export type Customer = {
  createdMs: number | undefined;
  lastSeenMs: number;
  ordersPaid: number;
  /** Units held and not ordered, over all products, and since when that number stands. */
  held: number;
  heldSinceMs: number;
  readonly holds: Map<string, Hold>;
  /** The reservations of each product since the customer last bought it, at most `unpaidMemoryMs` back. */
  readonly unpaid: Map<string, readonly Unpaid[]>;
  /** When the customer's own reservation of a product last expired. */
  readonly expiredMs: Map<string, number>;
  memory: TrailingCounts | undefined;
  window: WindowTally | undefined;
};

export type Product = {
  /** Units on hand, from the latest event that contained it. */
  remaining: number;
  /** Units in carts, not ordered. */
  held: number;
  lastExpiryMs: number;
  readonly memory: TrailingCounts;
  /** Customers who took the product again after their own hold had expired, with the last time. */
  readonly reHolders: Map<string, number>;
};

export function newCustomer(timeMs: number): Customer {
  return {
    createdMs: undefined,
    lastSeenMs: timeMs,
    ordersPaid: 0,
    held: 0,
    heldSinceMs: timeMs,
    holds: new Map(),
    unpaid: new Map(),
    expiredMs: new Map(),
    memory: undefined,
    window: undefined,
  };
}

export function newProduct(): Product {
  return {
    remaining: 0,
    held: 0,
    lastExpiryMs: Number.NEGATIVE_INFINITY,
    memory: trailingCounts(memoryWindows, Object.keys(productColumn).length),
    reHolders: new Map(),
  };
}

/** An empty tally of what one customer does in a window. */
export function newWindow({ held }: { readonly held: number }) {
  return {
    reservations: 0,
    unitsReserved: 0,
    largestReservation: 0,
    firstAddMs: 0,
    lastAddMs: 0,
    adds: 0,
    rejected: 0,
    unitsExpired: 0,
    removals: 0,
    submitted: 0,
    paid: 0,
    cancelled: 0,
    peakHeld: held,
    heldUnitMs: 0,
    stockShare: 0,
    /** The longest time for which a product that was let go in this window had been held. */
    longestHoldMs: 0,
    products: new Set<string>(),
  };
}

export type WindowTally = ReturnType<typeof newWindow>;
