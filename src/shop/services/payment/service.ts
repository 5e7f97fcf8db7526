import { hash32 } from '../../../base/hash.ts';
import { minuteMs } from '../../../base/time.ts';
import {
  type CommandOf,
  defineService,
  type EventOf,
  nothing,
  type PublishedEventOf,
  type ReactionsOf,
} from '../define-service.ts';
import { commands, events } from './messages.ts';

/**
 * A payment, never forgotten, so that nothing is paid twice however late a message comes: one shared word a payment.
 * No event marks the moment from which no message about an order can come any more.
 */
export type Payment = 'in-review' | 'authorized' | 'declined' | 'refunded';

/** The share of payments that the bank declines: an assumption, the order of magnitude of card payments [0, 1]. */
export const declinedShare = 0.03;

/** Whether the bank declines: it follows from the order's id, so that no chance is needed. */
export function isDeclined(orderId: string): boolean {
  return hash32(`payment/${orderId}`) < declinedShare * 2 ** 32;
}

/** Share of payments that are reviewed by hand [0, 1]. An assumption: the review rates of shops are a few per cent. */
export const reviewedShare = 0.025;

/** Time until the bank is asked, from the order's id: none for most, 5-45 min for a payment that is reviewed [ms]. */
export function reviewMs(orderId: string): number {
  const draw = hash32(`review/${orderId}`);
  return draw < reviewedShare * 2 ** 32 ? (5 + (draw % 41)) * minuteMs : 0;
}

const reactions: ReactionsOf<typeof commands> = {
  OrderCreated: ({ data: { orderId, userId, total } }) => [
    { type: 'AuthorizePayment', subject: orderId, data: { orderId, userId, total } },
  ],
  // The warehouse's hold may expire during the review. Then the order is cancelled and the money goes back.
  PaymentReviewStarted: ({ data: { orderId, userId, total, dueAt } }) => [
    { type: 'CompletePaymentReview', subject: orderId, data: { orderId, userId, total }, dueMs: dueAt },
  ],
  // Not only where the order knows of a payment: the authorisation may be under way, or may still be waiting.
  OrderCancelled: ({ data: { orderId, userId, total, reason } }) =>
    reason === 'payment-declined'
      ? nothing
      : [{ type: 'RefundPayment', subject: orderId, data: { orderId, userId, total } }],
};

/** Money: taken once for an order, given back when the order is cancelled. */
export const payment = defineService({
  name: 'payment',
  description: 'Takes the money for an order once, and gives it back when the order is cancelled.',
  aggregate: 'payment',
  commands,
  events,
  decide,
  evolve,
  reactions,
});

function decide(command: CommandOf<typeof commands>, state: Payment | undefined): readonly EventOf<typeof events>[] {
  const { orderId, userId, total } = command.data;
  switch (command.type) {
    case 'AuthorizePayment': {
      if (state !== undefined) return nothing;
      const review = reviewMs(orderId);
      if (review === 0) return [asked(command.data)];
      return [{ type: 'PaymentReviewStarted', data: { orderId, userId, total, dueAt: command.time + review } }];
    }
    case 'CompletePaymentReview':
      return state === 'in-review' ? [asked(command.data)] : nothing;
    case 'RefundPayment':
      if (state === 'authorized') return [{ type: 'PaymentRefunded', data: { orderId, userId, total } }];
      // The cancellation overtook the request for payment: declining in advance makes that request a repeated one.
      if (state === undefined || state === 'in-review')
        return [{ type: 'PaymentDeclined', data: { orderId, userId, total, reason: 'order-cancelled' } }];
      return nothing;
  }
}

/** What the bank says. */
function asked({ orderId, userId, total }: CommandOf<typeof commands>['data']): EventOf<typeof events> {
  return isDeclined(orderId)
    ? { type: 'PaymentDeclined', data: { orderId, userId, total, reason: 'insufficient-funds' } }
    : { type: 'PaymentAuthorized', data: { orderId, userId, total } };
}

function evolve(_state: Payment | undefined, event: PublishedEventOf<typeof events>): Payment {
  switch (event.type) {
    case 'PaymentReviewStarted':
      return 'in-review';
    case 'PaymentAuthorized':
      return 'authorized';
    case 'PaymentDeclined':
      return 'declined';
    case 'PaymentRefunded':
      return 'refunded';
  }
}
