import { z } from 'zod';

/** What the shop sells. Every field has a default; sources are beside it. */
export const catalogueSchema = z.strictObject({
  products: z.int().min(1).max(100_000).default(200).describe('number of products'),
  /**
   * A product's share of demand is proportional to rank^-exponent. The top tenth of products makes 45 % of the order lines in UCI
   * Online Retail; 0.1^(1 - 0.65) is 0.45.
   */
  popularityExponent: z
    .number()
    .min(0)
    .max(3)
    .default(0.65)
    .describe('how fast demand falls with the rank of a product'),
  /** A round figure: detectors compare prices only with other prices. */
  priceMedian: z.number().min(1).max(1_000_000).default(20).describe('median price over products [currency units]'),
  /** Small enough that popular products sell out now and then. */
  stockDays: z.number().positive().max(1000).default(10).describe('days of ordinary demand that a full shelf covers'),
});
