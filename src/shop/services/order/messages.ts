import { z } from 'zod';
import { cartId, lines, orderId, productId, reason, total, userId } from '../fields.ts';

const askedLines = z
  .array(z.object({ productId, quantity: z.number().describe('units'), price: z.number() }))
  .describe('one line a product, as the customer saw the cart');

/** Payloads of the commands to order. */
export const commands = {
  SubmitOrder: z
    .object({
      orderId,
      userId,
      cartId,
      lines: askedLines,
      total: z.number().describe('currency units, rounded to cents'),
    })
    .describe('The customer orders what is in the cart, at the prices seen.'),
  MarkOrderPaid: z.object({ orderId }).describe('The money was taken.'),
  CancelOrder: z
    .object({ orderId, userId, reason: reason(['customer', 'payment-declined', 'stock-lost']) })
    .describe('The customer, the payment or the warehouse ends the order.'),
  CompleteOrder: z.object({ orderId }).describe('The parcel was delivered.'),
} as const;

/** Payloads of the events of order. */
export const events = {
  OrderCreated: z
    .object({ orderId, userId, cartId, lines, total })
    .describe('There is an order; it waits for its payment.'),
  OrderRejected: z
    .object({
      orderId,
      userId,
      cartId,
      reason: reason(['no-lines', 'bad-quantity', 'bad-price', 'repeated-product', 'total-mismatch']),
    })
    .describe('What was submitted is not an order.'),
  OrderPaid: z.object({ orderId, userId, cartId, lines, total }).describe('The order may be packed.'),
  OrderCancelled: z
    .object({
      orderId,
      userId,
      cartId,
      lines,
      total,
      reason: reason(['customer', 'payment-declined', 'stock-lost']),
      paid: z.boolean().describe('whether OrderPaid came before'),
    })
    .describe('The order has ended without a sale; money, units and parcel go back.'),
  OrderCancellationRejected: z
    .object({ orderId, userId, reason: reason(['no-such-order']) })
    .describe('There is no such order, or it has ended already.'),
  OrderCompleted: z.object({ orderId, userId, cartId, total }).describe('The order has ended with a sale.'),
} as const;

/** A line as a customer may submit it: not yet checked. */
export type AskedLine = z.infer<typeof askedLines>[number];
