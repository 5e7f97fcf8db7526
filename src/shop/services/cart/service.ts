import { hourMs } from '../../../base/time.ts';
import { type CommandOf, defineService, type EventOf, nothing, type ReactionsOf } from '../define-service.ts';
import { isQuantity } from '../fields.ts';
import { type Cart, type CartLine, evolve, lineOf } from './cart.ts';
import { commands, events } from './messages.ts';

/** A cart is abandoned when nothing was added to it for this time [ms]. */
export const cartIdleMs = hourMs;

const reactions: ReactionsOf<typeof commands> = {
  CartCreated: abandonLater,
  ProductAddedToCart: abandonLater,
  ProductReserved: ({ data: { cartId, userId, productId, quantity, price } }) => [
    { type: 'UpdateCartLine', subject: cartId, data: { cartId, userId, productId, quantity, price } },
  ],
  ReservationRejected: ({ data: { cartId, userId, productId, quantity, reason } }) => [
    { type: 'RemoveProductFromCart', subject: cartId, data: { cartId, userId, productId, quantity, reason } },
  ],
  ProductReservationReleased: ({ data: { cartId, userId, productId, quantity, reason } }) =>
    reason === 'expired'
      ? [{ type: 'RemoveProductFromCart', subject: cartId, data: { cartId, userId, productId, quantity, reason } }]
      : nothing,
  OrderCreated: ({ data: { cartId, userId } }) => [
    { type: 'ClearCart', subject: cartId, data: { cartId, userId, reason: 'checked-out' } },
  ],
};

/** Carts: what customers mean to buy, and what the warehouse holds for them. */
export const cart = defineService({
  name: 'cart',
  description: 'Keeps what customers mean to buy, line by line, until they order it or leave it.',
  aggregate: 'cart',
  commands,
  events,
  decide,
  evolve,
  reactions,
});

function abandonLater(event: {
  readonly time: number;
  readonly data: { readonly cartId: string; readonly userId: string };
}) {
  const { cartId, userId } = event.data;
  return [
    {
      type: 'AbandonCart',
      subject: cartId,
      data: { cartId, userId, changedAt: event.time },
      dueMs: event.time + cartIdleMs,
    },
  ] as const;
}

function decide(command: CommandOf<typeof commands>, cart: Cart | undefined): readonly EventOf<typeof events>[] {
  switch (command.type) {
    case 'CreateCart': {
      const { cartId, userId } = command.data;
      return cart === undefined ? [{ type: 'CartCreated', data: { cartId, userId } }] : nothing;
    }
    case 'AddProductToCart': {
      const { cartId, userId, productId, quantity } = command.data;
      if (cart === undefined) return rejected(cartId, userId, productId, 'no-such-cart');
      if (!isQuantity(quantity)) return rejected(cartId, userId, productId, 'bad-quantity');
      return [{ type: 'ProductAddedToCart', data: { cartId, userId: cart.userId, productId, quantity } }];
    }
    case 'UpdateCartLine': {
      const { cartId, productId, quantity, price } = command.data;
      const line = lineOf(cart, productId);
      // The line was removed before the warehouse answered. The hold ends by its own timer.
      if (cart === undefined || line === undefined) return nothing;
      const held = Math.min(line.quantity, line.held + quantity);
      return [{ type: 'CartLineUpdated', data: { cartId, userId: cart.userId, productId, quantity: held, price } }];
    }
    case 'RemoveProductFromCart': {
      const { cartId, userId, productId, reason } = command.data;
      const line = lineOf(cart, productId);
      if (cart === undefined || line === undefined) {
        if (reason !== 'customer') return nothing;
        return rejected(cartId, userId, productId, cart === undefined ? 'no-such-cart' : 'no-such-line');
      }
      const quantity = removable(line, command.data.quantity ?? line.quantity, reason);
      return quantity === 0
        ? nothing
        : [{ type: 'ProductRemovedFromCart', data: { cartId, userId: cart.userId, productId, quantity, reason } }];
    }
    case 'ClearCart': {
      const { cartId, userId, reason } = command.data;
      if (cart === undefined) {
        return reason === 'customer'
          ? [{ type: 'CartChangeRejected', data: { cartId, userId, reason: 'no-such-cart' } }]
          : nothing;
      }
      return [{ type: 'CartCleared', data: { cartId, userId: cart.userId, lines: linesOf(cart), reason } }];
    }
    case 'AbandonCart': {
      const { cartId, changedAt } = command.data;
      if (cart === undefined || cart.changedAt > changedAt) return nothing;
      return [{ type: 'CartAbandoned', data: { cartId, userId: cart.userId, lines: linesOf(cart) } }];
    }
  }
}

/** How many units of a line a removal takes: all for a customer, held ones for an expiry, only pending ones for a refusal. */
function removable(line: CartLine, asked: number, reason: string): number {
  if (reason === 'customer') return line.quantity;
  return Math.min(asked, reason === 'expired' ? line.quantity : line.quantity - line.held);
}

function linesOf(cart: Cart) {
  return cart.lines.map(({ productId, quantity, price }) =>
    price === undefined ? { productId, quantity } : { productId, quantity, price },
  );
}

function rejected(
  cartId: string,
  userId: string,
  productId: string,
  reason: 'no-such-cart' | 'no-such-line' | 'bad-quantity',
): readonly EventOf<typeof events>[] {
  return [{ type: 'CartChangeRejected', data: { cartId, userId, productId, reason } }];
}
