import { faker } from '@faker-js/faker/locale/en';
import { sum } from '../../base/sum.ts';
import { twoDecimals } from '../../base/two-decimals.ts';
import { chance, cumulate, logNormal, weightedIndex } from '../engine/distributions.ts';
import type { RandomStream, RandomStreams } from '../engine/random.ts';
import type { CatalogueSettings } from '../scenarios/scenario.ts';

/** A product as the shop plans it. */
export type Product = {
  readonly id: string;
  readonly name: string;
  readonly category: string;
  /** Opening price [currency units]. */
  readonly price: number;
  /** Units that a full shelf holds. */
  readonly fullStock: number;
};

/** All products, and how customers choose among them. */
export type Assortment = {
  readonly products: readonly Product[];
  readonly product: (id: string) => Product | undefined;
  /** A product drawn by popularity. */
  readonly choose: (random: RandomStream) => Product;
};

/** Units that an ordinary visit puts into carts: 2.2 lines of 1.5 units; see `visit.ts`. */
const unitsPerVisit = 3.3;

/**
 * Draws the products of a run: popularity falls with rank^-exponent, prices are log-normal (sigma 0.9), and shelves hold
 * `stockDays` of demand, at least 8 units; one in six is kept short, so that ordinary sell-outs happen.
 */
export function assortment(
  settings: CatalogueSettings,
  run: { readonly seed: number; readonly visitsPerDay: number; readonly streams: RandomStreams },
): Assortment {
  faker.seed(run.seed);
  const weights = Array.from({ length: settings.products }, (_, rank) =>
    Math.exp(-settings.popularityExponent * Math.log(rank + 1)),
  );
  const total = sum(weights, weight => weight);
  const random = run.streams.stream('assortment');
  const products = weights.map((weight, rank): Product => {
    // What customers put into carts on an ordinary day.
    const unitsPerDay = (run.visitsPerDay * unitsPerVisit * weight) / total;
    const short = chance(random, 1 / 6);
    return {
      id: `p-${(rank + 1).toString().padStart(4, '0')}`,
      name: faker.commerce.productName(),
      category: faker.commerce.department(),
      price: Math.max(0.5, twoDecimals(logNormal(random, settings.priceMedian, 0.9))),
      fullStock: Math.max(8, Math.round(unitsPerDay * settings.stockDays * (short ? 0.35 : 1))),
    };
  });
  const byId = new Map(products.map(product => [product.id, product]));
  const cumulative = cumulate(weights);
  const first = products[0];
  if (first === undefined) throw new TypeError('an assortment needs a product');
  return {
    products,
    product: id => byId.get(id),
    choose: from => products[weightedIndex(from, cumulative)] ?? first,
  };
}
