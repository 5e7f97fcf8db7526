import type { PublishedEventOf } from '../define-service.ts';
import type { events } from './messages.ts';

/** A cart until it is checked out or abandoned. */
export type Cart = {
  readonly userId: string;
  /** Created or last added to [ms]: the moment that the timer of abandonment counts from. */
  readonly changedAt: number;
  readonly lines: readonly CartLine[];
};

/** One product in a cart. A line is pending while `held < quantity`. */
export type CartLine = {
  readonly productId: string;
  /** Units wanted. */
  readonly quantity: number;
  /** Units that the warehouse has confirmed and not taken back, at most `quantity`. */
  readonly held: number;
  /** Currency units a piece, as last confirmed; undefined until then. */
  readonly price: number | undefined;
};

/** The line of a product, if the cart has one. */
export function lineOf(cart: Cart | undefined, productId: string): CartLine | undefined {
  return cart?.lines.find(line => line.productId === productId);
}

/** A cart after an event of its own. */
export function evolve(cart: Cart | undefined, event: PublishedEventOf<typeof events>): Cart | undefined {
  if (event.type === 'CartCreated') return { userId: event.data.userId, changedAt: event.time, lines: [] };
  if (cart === undefined) return undefined;
  switch (event.type) {
    case 'ProductAddedToCart': {
      const { productId, quantity } = event.data;
      const line = lineOf(cart, productId);
      const lines =
        line === undefined
          ? [...cart.lines, { productId, quantity, held: 0, price: undefined }]
          : withLine(cart.lines, { ...line, quantity: line.quantity + quantity });
      return { userId: cart.userId, changedAt: event.time, lines };
    }
    case 'CartLineUpdated': {
      const { productId, quantity: held, price } = event.data;
      const line = lineOf(cart, productId);
      if (line === undefined) return cart;
      return { ...cart, lines: withLine(cart.lines, { productId, quantity: line.quantity, held, price }) };
    }
    case 'ProductRemovedFromCart': {
      const { productId, quantity, reason } = event.data;
      const line = lineOf(cart, productId);
      if (line === undefined) return cart;
      if (line.quantity === quantity) return { ...cart, lines: cart.lines.filter(other => other !== line) };
      // An expired hold takes held units away; a refused one takes units that never were held.
      const held = reason === 'expired' ? Math.max(0, line.held - quantity) : line.held;
      return { ...cart, lines: withLine(cart.lines, { ...line, quantity: line.quantity - quantity, held }) };
    }
    case 'CartCleared':
      return event.data.reason === 'checked-out' ? undefined : { ...cart, lines: [] };
    case 'CartAbandoned':
      return undefined;
    case 'CartChangeRejected':
      return cart;
  }
}

function withLine(lines: readonly CartLine[], changed: CartLine): readonly CartLine[] {
  return lines.map(line => (line.productId === changed.productId ? changed : line));
}
