import { z } from 'zod';

/*
 * The fields that messages share: the same name has the same meaning and unit in every message of the shop.
 */

export const userId = z.string().min(1).describe('who it is about');
export const productId = z.string().min(1);
export const cartId = z.string().min(1);
export const orderId = z.string().min(1);
export const campaignId = z.string().min(1);

/** Units of a product. */
export const quantity = z.int().positive().describe('units');
/** What a command asks for. If it is nonsense, the command is refused. */
export const askedQuantity = z.number().describe('units, as asked for');
/** True for a whole number above 0. */
export function isQuantity(asked: number): boolean {
  return Number.isSafeInteger(asked) && asked > 0;
}
/** Currency units a piece, two decimals. */
export const price = z.number().nonnegative().describe('currency units a piece, two decimals');
/** What a command asks for. If it is nonsense, the command is refused. */
export const askedPrice = z.number().describe('currency units a piece, as asked for');
/** Currency units, rounded to cents. */
export const total = z.number().nonnegative().describe('currency units, rounded to cents');
/** Units on hand after the event: neither reserved nor sold. */
export const remaining = z.int().nonnegative().describe('units on hand after it, neither reserved nor sold');
/** When a hold ends. */
export const expiresAt = z.int().describe('when the hold ends [ms since the epoch, virtual]');
/** Lines of an order: the price of each is known. */
export const lines = z.array(z.object({ productId, quantity, price })).min(1).describe('one line a product');
/** Lines of a cart: a line has no price until the warehouse holds it. */
export const cartLines = z
  .array(z.object({ productId, quantity, price: price.optional() }))
  .describe('one line a product; no price until the warehouse has confirmed one');

export const email = z.string().min(3);
export const personName = z.string().min(1);
export const passwordHash = z.string().min(1).describe('never the password itself');
export const activationCode = z.string().length(8).describe('8 hexadecimal digits');

/** One of a few short lower-case words. */
export function reason<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words).describe('why');
}
