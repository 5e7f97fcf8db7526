import { sum } from '../../../base/sum.ts';
import { hourMs, minuteMs } from '../../../base/time.ts';
import { featureTable } from '../feature-table.ts';
import {
  type Customer,
  customerColumn,
  memoryMs,
  type Product,
  productColumn,
  recent,
  type Unpaid,
  type WindowTally,
} from './state.ts';

/** The time between adds, and an account's age, are limited to this. */
const largestGapSeconds = 1800;
const largestAgeHours = 336;

type Context = {
  readonly customer: Customer;
  readonly tally: WindowTally;
  readonly products: ReadonlyMap<string, Product>;
  readonly window: number;
  readonly endMs: number;
  readonly typicalPeak: number;
};

/**
 * The features by name. What each is for:
 * - the fast hoarder takes many units, in large steps, and holds a large share of a product's stock;
 * - the slow one stays below that, but reserves in many windows, pays for none of it (`unpaidUnits6h`, `windowsReserving6h`), and adds
 *   before the hold expires (`longestHoldMinutes`);
 * - a customer who dithers holds two or three products in turn; a slow hoarder takes one product again and again
 *   (`unpaid…OfOneProduct…`), even if it buys something else now and then;
 * - a ring shows little per account, but its products' units expire instead of being sold, and are held again within two minutes
 *   of an expiry, by the same few customers (`product…`, `quickReHolds6h`);
 * - a bulk buyer holds as much as a hoarder but orders and pays; a flash-sale crowd empties a product whose units are sold;
 *   seven of ten carts are abandoned, so expiry alone says nothing; its frequency, its amount and the customer's next act do.
 */
const table = featureTable<[context: Context, product: ReturnType<typeof productContext>]>({
  unitsReserved: { phrase: 'units reserved', of: ({ tally }) => tally.unitsReserved },
  reservations: { phrase: 'reservations', of: ({ tally }) => tally.reservations },
  productsReserved: { phrase: 'products reserved', of: ({ tally }) => tally.products.size },
  largestReservationUnits: { phrase: 'units in the largest reservation', of: ({ tally }) => tally.largestReservation },
  meanSecondsBetweenAdds: {
    phrase: 'seconds between adds to the cart',
    of: ({ tally }) =>
      tally.adds < 2
        ? largestGapSeconds
        : Math.min(largestGapSeconds, (tally.lastAddMs - tally.firstAddMs) / 1000 / (tally.adds - 1)),
  },
  reservationsRejected: { phrase: 'reservations refused', of: ({ tally }) => tally.rejected },
  unitsExpired: { phrase: 'units whose hold expired', of: ({ tally }) => tally.unitsExpired },
  linesRemoved: { phrase: 'lines taken out of the cart', of: ({ tally }) => tally.removals },
  ordersSubmitted: { phrase: 'orders submitted', of: ({ tally }) => tally.submitted },
  ordersPaid: { phrase: 'orders paid', of: ({ tally }) => tally.paid },
  ordersCancelled: { phrase: 'orders cancelled', of: ({ tally }) => tally.cancelled },
  unitsHeldAtEnd: { phrase: 'units held at the end', of: ({ customer }) => customer.held },
  unitsHeldPeak: { phrase: 'units held at once', of: ({ tally }) => tally.peakHeld },
  heldPeakToTypicalRatio: {
    phrase: 'units held at once, times what 95 % of customers hold at most',
    of: ({ tally, typicalPeak }) => tally.peakHeld / Math.max(1, typicalPeak),
  },
  heldUnitMinutes: { phrase: 'unit-minutes held without an order', of: ({ tally }) => tally.heldUnitMs / minuteMs },
  longestHoldMinutes: {
    phrase: 'min for which a product was held without a break and not ordered',
    of: ({ customer, tally, endMs }) => {
      let longestMs = tally.longestHoldMs;
      for (const { sinceMs, ordered } of customer.holds.values()) {
        if (ordered === 0) longestMs = Math.max(longestMs, endMs - sinceMs);
      }
      return longestMs / minuteMs;
    },
  },
  stockShareTaken: { phrase: "share of a product's stock held alone", of: ({ tally }) => tally.stockShare },
  unitsReserved6h: { phrase: 'units reserved in 6 h', of: context => past(context, customerColumn.reserved) },
  reservations6h: { phrase: 'reservations in 6 h', of: context => past(context, customerColumn.reservations) },
  unitsExpired6h: { phrase: 'units whose hold expired in 6 h', of: context => past(context, customerColumn.expired) },
  unpaidUnits6h: {
    phrase: 'units reserved and not bought in 6 h',
    of: context => Math.max(0, past(context, customerColumn.reserved) - past(context, customerColumn.sold)),
  },
  unpaidReservationsOfOneProduct30min: {
    phrase: 'reservations of one product in 30 min without buying it',
    of: ({ customer, endMs }) => mostUnpaid(customer, unpaid => recent(unpaid, endMs, 30 * minuteMs).length),
  },
  unpaidReservationsOfOneProduct3h: {
    phrase: 'reservations of one product in 3 h without buying it',
    of: ({ customer, endMs }) => mostUnpaid(customer, unpaid => recent(unpaid, endMs).length),
  },
  unpaidUnitsOfOneProduct3h: {
    phrase: 'units of one product reserved in 3 h without buying it',
    of: ({ customer, endMs }) => mostUnpaid(customer, unpaid => sum(recent(unpaid, endMs), ({ units }) => units)),
  },
  ownReHolds6h: {
    phrase: 'times in 6 h that a product was taken again after its hold expired',
    of: context => past(context, customerColumn.ownReHolds),
  },
  quickReHolds6h: {
    phrase: 'times in 6 h that a product was taken within 2 min of an expiry',
    of: context => past(context, customerColumn.quickReHolds),
  },
  windowsReserving6h: {
    phrase: 'half hours of the last 6 h with a reservation',
    of: ({ customer, window }) => customer.memory?.windowsWith(window, customerColumn.reserved) ?? 0,
  },
  accountAgeHours: {
    phrase: 'h since the account was made',
    of: ({ customer, endMs }) =>
      customer.createdMs === undefined
        ? largestAgeHours
        : Math.min(largestAgeHours, (endMs - customer.createdMs) / hourMs),
  },
  pastOrdersPaid: { phrase: 'orders paid before', of: ({ customer, tally }) => customer.ordersPaid - tally.paid },
  productExpiredShare6h: {
    phrase: "share of a product's units expired instead of being sold in 6 h",
    of: (_, product) => product.expiredShare,
  },
  productReHolders6h: {
    phrase: 'customers who took a product again after their hold expired in 6 h',
    of: (_, product) => product.reHolders,
  },
  productQuickReHeldShare6h: {
    phrase: "share of a product's units taken within 2 min of an expiry in 6 h",
    of: (_, product) => product.quickReHeldShare,
  },
  productHeldShare: { phrase: "share of a product's units that are in carts", of: (_, product) => product.heldShare },
});

/** The names, in the order of `unitFeatures`, and what each feature is in words. */
export const { names: featureNames, phrases: featurePhrases } = table;

/** One customer's window in figures, in the order of `featureNames`; each is finite. */
export function unitFeatures(context: Context): readonly number[] {
  return table.valuesOf(context, productContext(context));
}

/** The highest value over the products that the customer reserved and has not bought since. */
function mostUnpaid({ unpaid }: Customer, of: (unpaid: readonly Unpaid[]) => number): number {
  return Math.max(0, ...[...unpaid.values()].map(of));
}

function past({ customer, window }: Context, column: number): number {
  return customer.memory?.sum(window, column) ?? 0;
}

/**
 * What a product looks like that the customer takes again and again, as the highest value over such products. Customers who take it once
 * are bystanders, and share nothing of what others do with it.
 */
function productContext({ customer, products, window, endMs }: Context) {
  let expiredShare = 0;
  let reHolders = 0;
  let quickReHeldShare = 0;
  let heldShare = 0;
  for (const [id, unpaid] of customer.unpaid) {
    const product = products.get(id);
    if (product === undefined || recent(unpaid, endMs).length < 2) continue;
    const expired = product.memory.sum(window, productColumn.expired);
    const sold = product.memory.sum(window, productColumn.sold);
    const reserved = product.memory.sum(window, productColumn.reserved);
    // A few added units keep the shares of a product with little demand near zero.
    expiredShare = Math.max(expiredShare, expired / (expired + sold + 5));
    quickReHeldShare = Math.max(
      quickReHeldShare,
      product.memory.sum(window, productColumn.quickReHeld) / (reserved + 5),
    );
    heldShare = Math.max(heldShare, product.held / Math.max(1, product.remaining + product.held));
    const reHolding = [...product.reHolders.values()].filter(timeMs => endMs - timeMs <= memoryMs);
    reHolders = Math.max(reHolders, reHolding.length);
  }
  return { expiredShare, reHolders, quickReHeldShare, heldShare };
}
