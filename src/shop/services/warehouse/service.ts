import { defineService, nothing, type ReactionsOf } from '../define-service.ts';
import { decide } from './decide.ts';
import { evolve } from './evolve.ts';
import { commands, events } from './messages.ts';

const reactions: ReactionsOf<typeof commands> = {
  ProductAddedToCart: ({ data: { productId, userId, cartId, quantity } }) => [
    { type: 'ReserveProduct', subject: productId, data: { productId, userId, cartId, quantity } },
  ],
  ProductReserved: ({ data: { productId, userId, cartId, expiresAt } }) => [
    {
      type: 'ReleaseReservation',
      subject: productId,
      data: { productId, userId, cartId, reason: 'expired', expiresAt },
      dueMs: expiresAt,
    },
  ],
  ProductRemovedFromCart: ({ data: { productId, userId, cartId, reason } }) =>
    reason === 'customer' ? releaseAll(userId, cartId, [{ productId }]) : nothing,
  CartCleared: ({ data: { userId, cartId, lines, reason } }) =>
    reason === 'customer' ? releaseAll(userId, cartId, lines) : nothing,
  CartAbandoned: ({ data: { userId, cartId, lines } }) => releaseAll(userId, cartId, lines),
  OrderPaid: ({ data: { orderId, userId, cartId, lines } }) =>
    lines.map(({ productId, quantity }) => ({
      type: 'MaterializeReservations',
      subject: productId,
      data: { productId, orderId, userId, cartId, quantity },
    })),
  // An order that was never paid never asked to be supplied, so there is only the hold to give up.
  OrderCancelled: ({ data: { orderId, userId, cartId, lines, paid } }) =>
    paid
      ? lines.map(({ productId, quantity }) => ({
          type: 'ReturnProduct',
          subject: productId,
          data: { productId, orderId, userId, cartId, quantity },
        }))
      : releaseAll(userId, cartId, lines),
};

/** Stock: what is on hand, at what price, held for which cart, sold to which order. */
export const warehouse = defineService({
  name: 'warehouse',
  description: 'Keeps stock and prices, holds units for carts, sells them to orders.',
  aggregate: 'product',
  commands,
  events,
  decide,
  evolve,
  reactions,
});

function releaseAll(userId: string, cartId: string, lines: readonly { readonly productId: string }[]) {
  return lines.map(
    ({ productId }) =>
      ({
        type: 'ReleaseReservation',
        subject: productId,
        data: { productId, userId, cartId, reason: 'released' },
      }) as const,
  );
}
