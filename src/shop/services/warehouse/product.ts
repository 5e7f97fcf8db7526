import { dayMs, minuteMs } from '../../../base/time.ts';

/**
 * A product, as decisions see it. Units on hand + reserved + sold = units added, at every moment.
 *
 * Unlike other states a product is changed in place by `evolve`: a popular one has hundreds of reservations, and copying them at
 * each change would cost more than the rest of the shop. So only the latest state of a product exists.
 */
export type Product = {
  /** Currency units a piece. */
  readonly price: number;
  /** Units neither reserved nor sold. */
  readonly onHand: number;
  /** Units ever added. */
  readonly added: number;
  /** Units that left and did not come back. */
  readonly sold: number;
  /** What is held, by cart. */
  readonly reservations: ReadonlyMap<string, Reservation>;
  /** Orders that asked for the product, oldest first, for `returnableMs` at least: no order is supplied or returned twice. */
  readonly supplies: ReadonlyMap<string, Supply>;
  /** When old orders were last removed from `supplies` [ms]. */
  readonly sweptAt: number;
};

/** The same product as `evolve` changes it. */
export type MutableProduct = {
  -readonly [Field in keyof Product]: Product[Field] extends ReadonlyMap<infer Key, infer Value>
    ? Map<Key, Value>
    : Product[Field];
};

/** What is held of a product for one cart. */
export type Reservation = {
  readonly userId: string;
  readonly quantity: number;
  /** Currency units a piece, as of the last time the cart reserved. */
  readonly price: number;
  /** [ms] */
  readonly expiresAt: number;
};

/** What became of an order's request for the product. */
export type Supply = {
  readonly status: 'materialized' | 'rejected' | 'returned';
  /** Units sold to the order; 0 if rejected. */
  readonly quantity: number;
  /** When the request was decided [ms]. */
  readonly at: number;
};

/** How long a cart holds what it reserved: 15 minutes, of the usual 10 to 20 (getattribute.com, recsystems.com) [ms]. */
export const reservationHoldMs = 15 * minuteMs;

/** For how long a sold unit can come back: 14 days, the right of withdrawal of EU directive 2011/83, article 9 [ms]. */
export const returnableMs = 14 * dayMs;

/** How often old orders are forgotten: rarely, because the front of a map is slow to find after many removals [ms]. */
export const sweepMs = dayMs;
