import { type Customer, customerColumn, type Product, productColumn, type WindowTally } from './state.ts';

/** A gap between adds, and an account's age, count no further than this. */
const largestGapSeconds = 1800;
const largestAgeHours = 336;

type Context = {
  readonly customer: Customer;
  readonly tally: WindowTally;
  readonly products: ReadonlyMap<string, Product>;
  readonly window: number;
  readonly endMs: number;
  readonly typicalPeak: number;
  readonly memoryMs: number;
};

/** What the customer's products look like, as the highest value over the products touched in the window or still held. */
type ProductContext = {
  readonly expiredShare: number;
  readonly reHolders: number;
  readonly quickReHeldShare: number;
  readonly heldShare: number;
};

/**
 * The features by name. What each is for:
 * - the fast hoarder takes many units, in large steps, and holds a large share of a product's stock;
 * - the slow one stays below that but reserves in many windows and pays for nothing of it (`unpaidUnits6h`, `windowsReserving6h`);
 * - a ring shows little per account, but its products' units expire instead of being sold, and are held again within two minutes
 *   of an expiry, by the same few customers (`product…`, `quickReHolds6h`);
 * - a bulk buyer holds as much as a hoarder but orders and pays; a flash-sale crowd empties a product whose units are sold;
 *   seven of ten carts are abandoned, so expiry alone says nothing: how often, how much and what is done next does.
 */
const features = {
  unitsReserved: ({ tally }) => tally.unitsReserved,
  reservations: ({ tally }) => tally.reservations,
  productsReserved: ({ tally }) => tally.products.size,
  largestReservationUnits: ({ tally }) => tally.largestReservation,
  meanSecondsBetweenAdds: ({ tally }) =>
    tally.adds < 2
      ? largestGapSeconds
      : Math.min(largestGapSeconds, (tally.lastAddMs - tally.firstAddMs) / 1000 / (tally.adds - 1)),
  reservationsRejected: ({ tally }) => tally.rejected,
  unitsExpired: ({ tally }) => tally.unitsExpired,
  linesRemoved: ({ tally }) => tally.removals,
  ordersSubmitted: ({ tally }) => tally.submitted,
  ordersPaid: ({ tally }) => tally.paid,
  ordersCancelled: ({ tally }) => tally.cancelled,
  unitsHeldAtEnd: ({ customer }) => customer.held,
  unitsHeldPeak: ({ tally }) => tally.peakHeld,
  heldPeakToTypicalRatio: ({ tally, typicalPeak }) => tally.peakHeld / Math.max(1, typicalPeak),
  heldUnitMinutes: ({ tally }) => tally.heldUnitMs / 60_000,
  stockShareTaken: ({ tally }) => tally.stockShare,
  unitsReserved6h: context => past(context, customerColumn.reserved),
  unitsExpired6h: context => past(context, customerColumn.expired),
  unpaidUnits6h: context => Math.max(0, past(context, customerColumn.reserved) - past(context, customerColumn.sold)),
  ownReHolds6h: context => past(context, customerColumn.ownReHolds),
  quickReHolds6h: context => past(context, customerColumn.quickReHolds),
  windowsReserving6h: ({ customer, window }) => customer.memory?.windowsWith(window, customerColumn.reserved) ?? 0,
  accountAgeHours: ({ customer, endMs }) =>
    customer.createdMs === undefined
      ? largestAgeHours
      : Math.min(largestAgeHours, (endMs - customer.createdMs) / 3_600_000),
  pastOrdersPaid: ({ customer, tally }) => customer.ordersPaid - tally.paid,
  productExpiredShare6h: (_, product) => product.expiredShare,
  productReHolders6h: (_, product) => product.reHolders,
  productQuickReHeldShare6h: (_, product) => product.quickReHeldShare,
  productHeldShare: (_, product) => product.heldShare,
} satisfies Record<string, (context: Context, product: ProductContext) => number>;

/** The names, in the order of `unitFeatures`. */
export const featureNames: readonly string[] = Object.keys(features);

/** One customer's window in figures, in the order of `featureNames`; each is finite. */
export function unitFeatures(context: Context): readonly number[] {
  const product = productContext(context);
  return Object.values(features).map(feature => feature(context, product));
}

function past({ customer, window }: Context, column: number): number {
  return customer.memory?.sum(window, column) ?? 0;
}

function productContext({ customer, tally, products, window, endMs, memoryMs }: Context): ProductContext {
  let expiredShare = 0;
  let reHolders = 0;
  let quickReHeldShare = 0;
  let heldShare = 0;
  for (const id of new Set([...tally.products, ...customer.holds.keys()])) {
    const product = products.get(id);
    if (product === undefined) continue;
    const expired = product.memory.sum(window, productColumn.expired);
    const sold = product.memory.sum(window, productColumn.sold);
    const reserved = product.memory.sum(window, productColumn.reserved);
    // A few units more than seen keep the shares of a product that hardly anybody touched near zero.
    expiredShare = Math.max(expiredShare, expired / (expired + sold + 5));
    quickReHeldShare = Math.max(
      quickReHeldShare,
      product.memory.sum(window, productColumn.quickReHeld) / (reserved + 5),
    );
    heldShare = Math.max(heldShare, product.held / Math.max(1, product.remaining + product.held));
    let recent = 0;
    for (const timeMs of product.reHolders.values()) if (endMs - timeMs <= memoryMs) recent += 1;
    reHolders = Math.max(reHolders, recent);
  }
  return { expiredShare, reHolders, quickReHeldShare, heldShare };
}
