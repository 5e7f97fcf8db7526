import { dayMs, hourMs, minuteMs } from '../../../base/time.ts';
import { featureTable } from '../feature-table.ts';
import { column, demandMs, type Product, reducedBelow, type WindowTally } from './state.ts';

/** The age of a price is limited to this. */
const largestAgeHours = 336;

/** Prices that were reduced within this time were reduced together. */
const togetherMs = 10 * minuteMs;

/** The largest ratio of two prices. */
const largestRatio = 10;

type Context = {
  readonly product: Product;
  readonly tally: WindowTally;
  readonly products: ReadonlyMap<string, Product>;
  readonly window: number;
  readonly endMs: number;
  /** How many days the habits are computed from, at least 1. */
  readonly habitDays: number;
};

/** Values that several features use. */
type Derived = ReturnType<typeof derivedFrom>;

/**
 * The features by name. What each is for:
 * - a lost decimal and a price of a cent are far below anything that the product, or its category, ever cost (`priceTo…`);
 * - a wrong discount is no deeper than a clearance. But a clearance reduces several products by the same share and lasts for days
 *   (`priceBelowTogether`, `productsReducedTogether`, `priceFallAgeHours`), and customers who exploit a mistake take more, buy, and
 *   come for nothing else (`…ToHabit`, `soldShare6h`, `visitsOnlyForIt…`, `unitsPerOrder6h`);
 * - a bulk buyer takes many units at the usual price; a flash sale and a campaign are small reductions of several products.
 *
 * An import that makes many prices wrong at once looks like a clearance to the second group; only the depth differs. Price rises, and
 * how often a price changed recently, are not features: a correction is a change too, so a tree would alarm after the anomaly.
 */
const table = featureTable<[context: Context, derived: Derived]>({
  priceToUsual: { phrase: "times the product's usual price paid", of: (_, { priceToUsual }) => priceToUsual },
  priceToLowestStanding: {
    phrase: 'times the lowest price that the product stood at for 8 h',
    of: (_, { priceToStanding }) => priceToStanding,
  },
  priceBelowTogether: {
    phrase: 'times its lasting price paid, relative to other reductions at the same time',
    of: (_, { priceToStanding, together }) =>
      ratio(priceToStanding, Math.min(1, ...together.map(({ reducedTo }) => reducedTo))),
  },
  priceToCategory: {
    phrase: "times the median price of the product's category",
    of: context => ratio(context.tally.lowestPrice, categoryMedian(context)),
  },
  priceFallAgeHours: {
    phrase: 'h since the price fell',
    of: ({ tally, endMs }) => Math.min(largestAgeHours, (endMs - tally.fellMs) / hourMs),
  },
  productsReducedTogether: {
    phrase: 'other products reduced within 10 min of this one',
    of: (_, { together }) => together.length,
  },
  reservations: { phrase: 'reservations of the product', of: ({ tally }) => tally.lines },
  unitsReserved: { phrase: 'units reserved', of: ({ tally }) => tally.units },
  largestReservationUnits: { phrase: 'units in the largest reservation', of: ({ tally }) => tally.largestLine },
  customers: { phrase: 'customers who reserved it', of: ({ tally }) => tally.unitsByUser.size },
  newCustomerShare: {
    phrase: 'share of its customers not known a day before',
    of: ({ tally }) => tally.newUsers / Math.max(1, tally.unitsByUser.size),
  },
  manyUnitShare: {
    phrase: 'share of reservations of more than one unit',
    of: ({ tally }) => tally.manyUnitLines / Math.max(1, tally.lines),
  },
  lineUnitsToHabit: {
    phrase: "times the product's usual units a reservation",
    of: context => context.tally.units / Math.max(1, context.tally.lines) / usualUnits(context, column.lines),
  },
  windowUnitsToHabit: {
    phrase: "times the product's usual units in a window with reservations",
    of: context => context.tally.units / usualUnits(context, column.windows),
  },
  demandToHabit6h: {
    phrase: "times the product's usual units in 6 h",
    of: (_, { units6h, usualUnits6h }) => units6h / (usualUnits6h + 1),
  },
  soldShare6h: {
    phrase: "share of the product's units reserved in 6 h that were sold",
    of: ({ product, window }, { units6h }) => product.hours.sum(window, column.sold) / (units6h + 2),
  },
  visitsOnlyForItShare6h: {
    phrase: 'share of the visits for its reduced price that took nothing else and ordered',
    of: (_, { onlyOrdered6h, visits6h }) => onlyOrdered6h / (visits6h + 1),
  },
  visitsOnlyForIt6h: {
    phrase: 'visits in 6 h that ordered it at its reduced price and nothing else',
    of: (_, { onlyOrdered6h }) => onlyOrdered6h,
  },
  orders6h: {
    phrase: 'orders of it at its reduced price in 6 h',
    of: (_, { orders6h }) => orders6h,
  },
  ordersPerVisit6h: {
    phrase: 'orders per visit that reserved it at its reduced price in 6 h',
    of: (_, { orders6h, visits6h }) => orders6h / (visits6h + 1),
  },
  unitsPerOrder6h: {
    phrase: 'units of it per order at its reduced price in 6 h',
    of: (_, { orders6h, unitsOrdered6h }) => unitsOrdered6h / Math.max(1, orders6h),
  },
  unitsGivenAway6h: {
    phrase: 'units that the discount of those sold and held in 6 h would have paid for',
    of: (_, { units6h, priceToUsual }) => units6h * Math.max(0, 1 - priceToUsual),
  },
  stockShareTaken: {
    phrase: "share of the product's stock taken",
    of: ({ product, tally }) => tally.units / Math.max(1, product.remaining + tally.units),
  },
  reservationsRejected: { phrase: 'reservations refused', of: ({ tally }) => tally.rejected },
});

/** The names, in the order of `unitFeatures`, and what each feature is in words. */
export const { names: featureNames, phrases: featurePhrases } = table;

/** One product's window in figures, in the order of `featureNames`; each is finite. */
export function unitFeatures(context: Context): readonly number[] {
  return table.valuesOf(context, derivedFrom(context));
}

function derivedFrom(context: Context) {
  const { product, tally, window, endMs } = context;
  const priceToStanding = ratio(tally.lowestPrice, product.prices.lowestStanding(endMs));
  const priceToUsual = ratio(tally.lowestPrice, product.prices.usual(endMs));
  return {
    priceToUsual,
    priceToStanding,
    together: reducedTogether(context, priceToStanding),
    units6h: product.hours.sum(window, column.units),
    ...visitsOf(context, priceToUsual),
    usualUnits6h: (product.days.sum(dayOf(endMs), column.units) / context.habitDays) * (demandMs / dayMs),
  };
}

/**
 * Visits of the last 6 h that reserved the product at its reduced price; of these, those that ordered, and those that ordered it alone.
 * All 0 if the price is not reduced.
 */
function visitsOf({ product, tally }: Context, priceToUsual: number) {
  let [visits6h, orders6h, onlyOrdered6h, unitsOrdered6h] = [0, 0, 0, 0];
  for (const [{ hasOrdered, products }, { fromMs, units }] of product.visits) {
    if (fromMs < tally.fellMs || priceToUsual >= reducedBelow) continue;
    visits6h += 1;
    if (!hasOrdered) continue;
    orders6h += 1;
    unitsOrdered6h += units;
    if (products.size === 1) onlyOrdered6h += 1;
  }
  return { visits6h, orders6h, onlyOrdered6h, unitsOrdered6h };
}

/** The day that a window which ends at `endMs` lies in. */
export function dayOf(endMs: number): number {
  return Math.floor((endMs - 1) / dayMs);
}

/** 1 where there is nothing to compare with. */
function ratio(price: number, to: number | undefined): number {
  if (to === undefined || to <= 0 || !Number.isFinite(price)) return 1;
  return Math.min(largestRatio, price / to);
}

/** Units by reservation, or by window, on the last days; one and a half stand in for a product that hardly anybody took. */
function usualUnits({ product, endMs }: Context, per: number): number {
  return (product.days.sum(dayOf(endMs), column.units) + 1.5) / (product.days.sum(dayOf(endMs), per) + 1);
}

function categoryMedian({ product, products }: Context): number | undefined {
  const prices: number[] = [];
  for (const other of products.values()) {
    const price = other.prices.current();
    if (other !== product && other.category === product.category && price !== undefined) prices.push(price);
  }
  return prices.sort((a, b) => a - b)[prices.length >> 1];
}

/** Other products whose price fell when this one's did; none if this one's price has stood, or is not reduced. */
function reducedTogether({ product, products }: Context, priceToStanding: number): readonly Product[] {
  if (priceToStanding >= reducedBelow) return [];
  return [...products.values()].filter(
    other => other !== product && Math.abs(other.reducedMs - product.reducedMs) <= togetherMs,
  );
}
