import { z } from 'zod';
import { askedQuantity, cartId, cartLines, price, productId, quantity, reason, userId } from '../fields.ts';

const removalReasons = ['customer', 'expired', 'out-of-stock', 'unknown-product', 'bad-quantity'] as const;

/** Payloads of the commands to cart. */
export const commands = {
  CreateCart: z.object({ cartId, userId }).describe('The customer takes a cart.'),
  AddProductToCart: z
    .object({ cartId, userId, productId, quantity: askedQuantity })
    .describe('The customer puts units of a product into the cart, or more of them.'),
  UpdateCartLine: z
    .object({ cartId, userId, productId, quantity: quantity.describe('units just reserved'), price })
    .describe('The warehouse holds units for the cart.'),
  RemoveProductFromCart: z
    .object({
      cartId,
      userId,
      productId,
      quantity: quantity
        .optional()
        .describe('units that the warehouse cannot or does not hold; a customer removes the whole line'),
      reason: reason(removalReasons),
    })
    .describe('The customer takes a line out, or the warehouse does not hold it.'),
  ClearCart: z
    .object({ cartId, userId, reason: reason(['customer', 'checked-out']) })
    .describe('The customer empties the cart, or its order was created.'),
  AbandonCart: z
    .object({
      cartId,
      userId,
      changedAt: z.int().describe('the change that set the timer [ms since the epoch, virtual]'),
    })
    .describe('Timer: nothing was added for an hour.'),
} as const;

/** Payloads of the events of cart. */
export const events = {
  CartCreated: z.object({ cartId, userId }).describe('There is an empty cart.'),
  ProductAddedToCart: z
    .object({ cartId, userId, productId, quantity: quantity.describe('units just added') })
    .describe('The cart has a line, or a longer one, that the warehouse has yet to confirm.'),
  CartLineUpdated: z
    .object({ cartId, userId, productId, quantity: quantity.describe('units of the line that are held now'), price })
    .describe('The warehouse has confirmed quantity and price of a line.'),
  ProductRemovedFromCart: z
    .object({
      cartId,
      userId,
      productId,
      quantity: quantity.describe('units just removed'),
      reason: reason(removalReasons),
    })
    .describe('The line is gone, or shorter.'),
  CartChangeRejected: z
    .object({
      cartId,
      userId,
      productId: productId.optional(),
      reason: reason(['no-such-cart', 'no-such-line', 'bad-quantity']),
    })
    .describe('The cart stays as it was.'),
  CartCleared: z
    .object({ cartId, userId, lines: cartLines, reason: reason(['customer', 'checked-out']) })
    .describe('The cart is empty; when checked out, it is also gone.'),
  CartAbandoned: z.object({ cartId, userId, lines: cartLines }).describe('The cart is gone, with what was left in it.'),
} as const;
