import { z } from 'zod';
import { orderId, reason, total, userId } from '../fields.ts';

/** Payloads of the commands to payment. */
export const commands = {
  AuthorizePayment: z.object({ orderId, userId, total }).describe('Take the money for an order.'),
  CompletePaymentReview: z
    .object({ orderId, userId, total })
    .describe('Somebody has looked at the payment: ask the bank.'),
  RefundPayment: z
    .object({ orderId, userId, total })
    .describe('The order was cancelled: give back what was taken, take nothing any more.'),
} as const;

/** Payloads of the events of payment. */
export const events = {
  PaymentReviewStarted: z
    .object({ orderId, userId, total, dueAt: z.int().describe('when the review ends [ms since the epoch, virtual]') })
    .describe('Somebody looks at the payment first.'),
  PaymentAuthorized: z.object({ orderId, userId, total }).describe('The money for an order was taken.'),
  PaymentDeclined: z
    .object({ orderId, userId, total, reason: reason(['insufficient-funds', 'order-cancelled']) })
    .describe('The money was not taken: the bank refused, or the cancellation overtook the request for payment.'),
  PaymentRefunded: z.object({ orderId, userId, total }).describe('The money for a cancelled order was given back.'),
} as const;
