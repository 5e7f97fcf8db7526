import { dayMs, hourMs, minuteMs } from '../../../base/time.ts';
import { column, demandMs, type Product, reducedBelow, type WindowTally } from './state.ts';

/** A price's age counts no further than this. */
const largestAgeHours = 336;

/** Prices reduced so close to each other were reduced in one go. */
const togetherMs = 10 * minuteMs;

/** Prices compare to at most so many times another. */
const largestRatio = 10;

type Context = {
  readonly product: Product;
  readonly tally: WindowTally;
  readonly products: ReadonlyMap<string, Product>;
  readonly window: number;
  readonly endMs: number;
  /** Days that the habits are known from, at least 1. */
  readonly habitDays: number;
};

/** What several features are made of. */
type Derived = {
  readonly priceToUsual: number;
  readonly priceToStanding: number;
  readonly together: readonly Product[];
  readonly units6h: number;
  readonly usualUnits6h: number;
};

type Feature = { readonly phrase: string; readonly of: (context: Context, derived: Derived) => number };

/**
 * The features by name. What each is for:
 * - a lost decimal and a price of a cent are far below anything that the product, or its category, ever cost (`priceTo…`);
 * - a wrong discount is no deeper than a clearance; but a clearance is of several products at once, by as much, and stands for days
 *   (`priceBelowTogether`, `productsReducedTogether`, `priceFallAgeHours`), and who comes for a mistake takes more, and buys
 *   (`…ToHabit`, `soldShare6h`);
 * - a bulk buyer takes much at the usual price; a flash sale and a campaign are shallow, and of several products.
 *
 * An import that ruins many prices at once looks like a clearance to the second group: then the depth remains. Rises, and
 * how often a price changed lately, are left out: a correction is a change too, so a tree would alarm when all is over.
 */
const features = {
  priceToUsual: { phrase: "times the product's usual price paid", of: (_, { priceToUsual }) => priceToUsual },
  priceToLowestStanding: {
    phrase: 'times the lowest price that the product stood at for 8 h',
    of: (_, { priceToStanding }) => priceToStanding,
  },
  priceBelowTogether: {
    phrase: 'times its standing price paid, over what products reduced within 10 min of it fell to',
    of: (_, { priceToStanding, together }) =>
      ratio(priceToStanding, Math.min(1, ...together.map(({ reducedTo }) => reducedTo))),
  },
  priceToCategory: {
    phrase: "times the median price of the product's category",
    of: context => ratio(context.tally.lowestPrice, categoryMedian(context)),
  },
  priceFallAgeHours: {
    phrase: 'hours since the price fell',
    of: ({ tally }) => Math.min(largestAgeHours, tally.sinceFallMs / hourMs),
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
    phrase: 'share of them not known a day before',
    of: ({ tally }) => tally.newUsers / Math.max(1, tally.unitsByUser.size),
  },
  manyUnitShare: {
    phrase: 'share of reservations of more than one unit',
    of: ({ tally }) => tally.manyUnitLines / Math.max(1, tally.lines),
  },
  lineUnitsToHabit: {
    phrase: "times the product's usual units a reservation",
    // One and a half units a line stand in for a product that hardly anybody took.
    of: context =>
      context.tally.units / Math.max(1, context.tally.lines) / habit(context, column.units, column.lines, 1.5),
  },
  windowUnitsToHabit: {
    phrase: "times the product's usual units in a window with reservations",
    of: context => context.tally.units / habit(context, column.units, column.windows, 1.5),
  },
  demandToHabit6h: {
    phrase: "times the product's usual units in 6 h",
    of: (_, { units6h, usualUnits6h }) => units6h / (usualUnits6h + 1),
  },
  soldShare6h: {
    phrase: "share of the product's units reserved in 6 h that were sold",
    of: ({ product, window }, { units6h }) => product.hours.sum(window, column.sold) / (units6h + 2),
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
} satisfies Record<string, Feature>;

const definitions: readonly Feature[] = Object.values(features);

/** What each feature is, in words. */
export const featurePhrases: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(features).map(([name, { phrase }]) => [name, phrase]),
);

/** The names, in the order of `unitFeatures`. */
export const featureNames: readonly string[] = Object.keys(features);

/** One product's window in figures, in the order of `featureNames`; each is finite. */
export function unitFeatures(context: Context): readonly number[] {
  const { product, tally, window, endMs } = context;
  const priceToStanding = ratio(tally.lowestPrice, product.prices.lowestStanding(endMs));
  const derived: Derived = {
    priceToUsual: ratio(tally.lowestPrice, product.prices.usual(endMs)),
    priceToStanding,
    together: reducedTogether(context, priceToStanding),
    units6h: product.hours.sum(window, column.units),
    usualUnits6h: (product.days.sum(dayOf(endMs), column.units) / context.habitDays) * (demandMs / dayMs),
  };
  return definitions.map(feature => feature.of(context, derived));
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

/** A mean of the last days, drawn towards `expected` by one more case. */
function habit({ product, endMs }: Context, of: number, per: number, expected: number): number {
  return (product.days.sum(dayOf(endMs), of) + expected) / (product.days.sum(dayOf(endMs), per) + 1);
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
