import { z } from 'zod';

const share = z.number().min(0).max(1);

const variation = (cv: number, memory: number, what: string) =>
  z
    .strictObject({
      cv: z.number().min(0).max(1).default(cv).describe(`standard deviation of the ${what} level over its mean`),
      memory: z.number().min(0).lt(1).default(memory).describe(`correlation of one ${what} level with the last [0, 1)`),
    })
    .prefault({});

function weights(shape: readonly number[]) {
  return z
    .array(z.number().min(0))
    .length(shape.length)
    .refine(given => given.some(weight => weight > 0), { error: 'weights with at least one above 0' })
    .default([...shape]);
}

/**
 * Relative visits by hour of the day, UTC, 00:00 first.
 *
 * The index of a consumer shop (05 h 22, 09 h 75, 10 h 103; peak over trough 6.9; oberlo and clickpost pages, SaleCycle 2020:
 * "peak 20-21 h"), with its plateau after noon lowered so that 18:00-23:00 are the busiest five hours, as in the thesis that
 * cqshop follows, and a fall without a rise from 23:00 to 06:00.
 */
const defaultDayShape: readonly number[] = [
  84, 62, 45, 33, 25, 22, 30, 44, 58, 72, 92, 104, 110, 112, 110, 108, 108, 112, 148, 160, 164, 162, 152, 106,
];

/**
 * Relative visits by day of the week, Monday first, mean 1. Shops differ (weekend over weekday 0.57 in NASA's requests, near 1 in
 * consumer shops); Monday and Thursday high and Saturday low follow SaleCycle 2020.
 */
const defaultWeekShape: readonly number[] = [1.08, 1.02, 1, 1.1, 1, 0.84, 0.96];

/** With campaigns and near misses about 10 thousand dataset rows a day, at some 30 messages a visit. */
export const usualVisitsPerDay = 270;

/** Who visits the shop and when. Every field has a default; sources are beside it. */
export const customersSchema = z.strictObject({
  visitsPerDay: z
    .number()
    .positive()
    .max(1_000_000)
    .default(usualVisitsPerDay)
    .describe('mean visits a day at scale 1, without campaigns'),
  /** Of sessions in UCI Online Shoppers, most are by returning visitors; consumer shops see mostly new ones. */
  newVisitorShare: share.default(0.7).describe('share of visits by customers who have no account yet'),
  /** Of visits that fill a cart: abandonment is 70.2 %, the mean of some 50 studies (Baymard). */
  conversionShare: share.default(0.3).describe('share of visits with a filled cart that end in an order'),
  dayShape: weights(defaultDayShape).describe('24 relative weights, the hour from 00:00 UTC first'),
  weekShape: weights(defaultWeekShape).describe('7 relative weights, Monday first'),
  /** Size: see `spells.ts`. Weather persists for days; together with the variation of days the level has a CV of 0.2. */
  spells: z
    .strictObject({
      cv: z.number().min(0).max(0.5).default(0.12).describe('standard deviation that spells give to the level of days'),
      days: z.number().min(2).max(365).default(3.5).describe('mean length of a spell [days]'),
    })
    .prefault({})
    .describe('states such as weather, which change level and shape of the day for some days'),
  /** Weekdays of NASA's requests vary by a CV of 0.24 from day to day, spells included. */
  dayVariation: variation(0.16, 0.6, "day's").describe('how days differ from their place in the week'),
  /** Requests are burstier than Poisson (Fano 10.8 at 300 s in NASA-HTTP); orders nearly Poisson (1.3-1.5 an hour, UCI). */
  hourVariation: variation(0.1, 0.5, "hour's").describe('how hours differ from their place in the day'),
});
