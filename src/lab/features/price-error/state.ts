import { hourMs, minuteMs } from '../../../base/time.ts';
import { type TrailingCounts, trailingCounts } from '../trailing-counts.ts';
import { type PriceHistory, priceHistory } from './price-history.ts';

/** Length of a window [ms]. */
export const windowMs = 30 * minuteMs;

/** How many days a product's habits are computed from, today included. */
export const habitDays = 14;

/** The period of demand and conversion, this window included. */
export const demandMs = 6 * hourMs;

/** Columns of a product's counts, by window over the last hours and by day over the last days. */
export const column = { lines: 0, units: 1, sold: 2, windows: 3 } as const;

/** A reservation's price below this share of the usual is a reduction; prices often move by about a tenth. */
export const reducedBelow = 0.85;

/** A visit, known by its correlation id: what it reserved, and whether it ordered. */
export type Visit = { readonly products: Set<string>; hasOrdered: boolean; lastMs: number };

/** A customer, by the first and the latest event of their own. */
export type Customer = { readonly firstMs: number; lastMs: number };

export type Product = {
  category: string;
  readonly prices: PriceHistory;
  /** When the price last fell below `reducedBelow` of the usual, and whether it still is there. */
  reducedMs: number;
  isReduced: boolean;
  /** What part of the usual it fell to then, lowest so far. */
  reducedTo: number;
  /** Units on hand, from the latest event that contained it. */
  remaining: number;
  readonly hours: TrailingCounts;
  readonly days: TrailingCounts;
  /** Visits that reserved it in the last hours, with the time of the first reservation and the units of all. */
  readonly visits: Map<Visit, { readonly fromMs: number; units: number }>;
  window: WindowTally | undefined;
};

export function newProduct(): Product {
  const columns = Object.keys(column).length;
  return {
    category: '',
    prices: priceHistory(),
    reducedMs: Number.NEGATIVE_INFINITY,
    isReduced: false,
    reducedTo: 1,
    remaining: 0,
    hours: trailingCounts(demandMs / windowMs, columns),
    days: trailingCounts(habitDays, columns),
    visits: new Map(),
    window: undefined,
  };
}

/** An empty tally of what is reserved of one product in a window. */
export function newWindow() {
  return {
    lines: 0,
    units: 0,
    /** Lines of more than one unit. */
    manyUnitLines: 0,
    largestLine: 0,
    rejected: 0,
    /** The cheapest reservation's price, and when the price had fallen to it. */
    lowestPrice: Number.POSITIVE_INFINITY,
    fellMs: Number.NEGATIVE_INFINITY,
    /** Units by customer, and how many of the customers were not known a day ago. */
    unitsByUser: new Map<string, number>(),
    newUsers: 0,
  };
}

export type WindowTally = ReturnType<typeof newWindow>;
