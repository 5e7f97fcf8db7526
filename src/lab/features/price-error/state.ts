import { hourMs } from '../../../base/time.ts';
import { type TrailingCounts, trailingCounts } from '../trailing-counts.ts';
import { type PriceHistory, priceHistory } from './price-history.ts';

/** Days that a product's habits are taken from, today included. */
export const habitDays = 14;

/** How far back demand and conversion look, this window included. */
export const demandMs = 6 * hourMs;

/** Columns of a product's counts, by window over the last hours and by day over the last days. */
export const column = { lines: 0, units: 1, sold: 2, windows: 3 } as const;

/** A reservation's price far below the usual is a reduction; prices move by a tenth or so all the time. */
export const reducedBelow = 0.85;

/** What was reserved of one product in the current window. */
export type WindowTally = {
  lines: number;
  units: number;
  /** Lines of more than one unit. */
  manyUnitLines: number;
  largestLine: number;
  rejected: number;
  /** The cheapest reservation's price, and how long ago the price had fallen to it. */
  lowestPrice: number;
  sinceFallMs: number;
  /** Units by customer, and how many of the customers were not known a day ago. */
  readonly unitsByUser: Map<string, number>;
  newUsers: number;
};

export type Product = {
  category: string;
  readonly prices: PriceHistory;
  /** When the price last fell below `reducedBelow` of the usual, and whether it still is there. */
  reducedMs: number;
  isReduced: boolean;
  /** What part of the usual it fell to then, lowest so far. */
  reducedTo: number;
  /** Units on hand, from the latest event that told. */
  remaining: number;
  readonly hours: TrailingCounts;
  readonly days: TrailingCounts;
  window: WindowTally | undefined;
};

export function newProduct(windowMs: number): Product {
  const columns = Object.keys(column).length;
  return {
    category: '',
    prices: priceHistory(),
    reducedMs: Number.NEGATIVE_INFINITY,
    isReduced: false,
    reducedTo: 1,
    remaining: 0,
    hours: trailingCounts(Math.round(demandMs / windowMs), columns),
    days: trailingCounts(habitDays, columns),
    window: undefined,
  };
}

export function newWindow(): WindowTally {
  return {
    lines: 0,
    units: 0,
    manyUnitLines: 0,
    largestLine: 0,
    rejected: 0,
    lowestPrice: Number.POSITIVE_INFINITY,
    sinceFallMs: Number.POSITIVE_INFINITY,
    unitsByUser: new Map(),
    newUsers: 0,
  };
}
