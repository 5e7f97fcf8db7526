import { z } from 'zod';
import {
  askedPrice,
  askedQuantity,
  cartId,
  expiresAt,
  orderId,
  price,
  productId,
  quantity,
  reason,
  remaining,
  userId,
} from '../fields.ts';

const name = z.string().min(1).describe("the product's name");
const category = z.string().min(1);

/** Payloads of the commands to warehouse. */
export const commands = {
  AddProduct: z
    .object({ productId, name, category, price: askedPrice, quantity: askedQuantity })
    .describe('Staff put a new product on sale.'),
  RestockProduct: z.object({ productId, quantity: askedQuantity }).describe('Staff put more units on the shelf.'),
  ChangeProductPrice: z
    .object({ productId, price: askedPrice })
    .describe('Staff set a new price; what is held already keeps its price.'),
  ReserveProduct: z
    .object({ productId, userId, cartId, quantity: askedQuantity })
    .describe('Hold units for a cart: all of them or none.'),
  ReleaseReservation: z
    .object({
      productId,
      userId,
      cartId,
      reason: reason(['released', 'expired']),
      expiresAt: expiresAt
        .optional()
        .describe('only with reason expired: the end of the hold that set the timer [ms since the epoch, virtual]'),
    })
    .describe('Give up what is held for a cart; with reason expired a timer, stale if the hold was renewed.'),
  MaterializeReservations: z
    .object({ productId, orderId, userId, cartId, quantity })
    .describe('The order was paid: what is held for its cart is sold.'),
  ReturnProduct: z
    .object({ productId, orderId, userId, cartId, quantity })
    .describe('A paid order was cancelled: what was sold to it is on hand again.'),
} as const;

/** Payloads of the events of warehouse. */
export const events = {
  ProductAddedToWarehouse: z
    .object({ productId, name, category, price, quantity: z.int().nonnegative().describe('units'), remaining })
    .describe('A new product is on sale.'),
  ProductAdditionRejected: z
    .object({ productId, reason: reason(['already-added', 'bad-quantity', 'bad-price']) })
    .describe('The product was not added.'),
  ProductRestocked: z.object({ productId, quantity, remaining }).describe('There are more units on hand.'),
  RestockRejected: z
    .object({ productId, reason: reason(['unknown-product', 'bad-quantity']) })
    .describe('The stock stays as it was.'),
  ProductPriceChanged: z
    .object({ productId, price, previousPrice: price })
    .describe('From now on the product is reserved at another price.'),
  PriceChangeRejected: z
    .object({ productId, reason: reason(['unknown-product', 'bad-price']) })
    .describe('The price stays as it was.'),
  ProductReserved: z
    .object({
      productId,
      userId,
      cartId,
      quantity: quantity.describe('units just reserved'),
      price,
      remaining,
      expiresAt,
    })
    .describe(
      'Units are held for a cart, at the price of the moment; all that the cart holds of the product expires later now.',
    ),
  ProductOutOfStock: z.object({ productId }).describe('No unit is left on hand.'),
  ReservationRejected: z
    .object({
      productId,
      userId,
      cartId,
      quantity: askedQuantity,
      remaining,
      reason: reason(['out-of-stock', 'unknown-product', 'bad-quantity']),
    })
    .describe('There are fewer units on hand than wanted: none is held.'),
  ProductReservationReleased: z
    .object({ productId, userId, cartId, quantity, remaining, reason: reason(['released', 'expired']) })
    .describe('Units that were held for a cart are on hand again.'),
  ReservationsMaterialized: z
    .object({ productId, orderId, userId, cartId, quantity, price, remaining })
    .describe('Units that were held for a cart are sold, at the price they were held at.'),
  MaterializationRejected: z
    .object({ productId, orderId, userId, cartId, quantity, reason: reason(['hold-lost', 'order-cancelled']) })
    .describe('Fewer units are held than ordered, so the sale fails; or the cancellation came before the sale.'),
  ProductReturned: z
    .object({ productId, orderId, userId, quantity, remaining })
    .describe('Units that were sold to a cancelled order are on hand again.'),
} as const;
