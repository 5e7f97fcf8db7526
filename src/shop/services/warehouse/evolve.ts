import type { PublishedEventOf } from '../define-service.ts';
import type { events } from './messages.ts';
import { type MutableProduct, returnableMs, type Supply, sweepMs } from './product.ts';

/** Changes a product in place by an event of its own (see `Product`), and gives it back. */
export function evolve(
  product: MutableProduct | undefined,
  event: PublishedEventOf<typeof events>,
): MutableProduct | undefined {
  if (product === undefined)
    return event.type === 'ProductAddedToWarehouse' ? newProduct(event.data, event.time) : undefined;
  switch (event.type) {
    case 'ProductRestocked':
      product.added += event.data.quantity;
      product.onHand = event.data.remaining;
      break;
    case 'ProductPriceChanged':
      product.price = event.data.price;
      break;
    case 'ProductReserved': {
      const { cartId, userId, quantity, price, remaining, expiresAt } = event.data;
      const held = product.reservations.get(cartId)?.quantity ?? 0;
      product.reservations.set(cartId, { userId, quantity: held + quantity, price, expiresAt });
      product.onHand = remaining;
      break;
    }
    case 'ProductReservationReleased':
      product.reservations.delete(event.data.cartId);
      product.onHand = event.data.remaining;
      break;
    case 'ReservationsMaterialized': {
      const { cartId, orderId, quantity } = event.data;
      const held = product.reservations.get(cartId);
      // What the cart held beyond its order stays held until its timer.
      if (held !== undefined && held.quantity > quantity) {
        product.reservations.set(cartId, { ...held, quantity: held.quantity - quantity });
      } else {
        product.reservations.delete(cartId);
      }
      product.sold += quantity;
      remember(product, orderId, { status: 'materialized', quantity, at: event.time });
      break;
    }
    case 'MaterializationRejected':
      remember(product, event.data.orderId, { status: 'rejected', quantity: 0, at: event.time });
      break;
    case 'ProductReturned':
      product.sold -= event.data.quantity;
      product.onHand = event.data.remaining;
      remember(product, event.data.orderId, { status: 'returned', quantity: event.data.quantity, at: event.time });
      break;
    case 'ProductAddedToWarehouse':
    case 'ProductAdditionRejected':
    case 'RestockRejected':
    case 'PriceChangeRejected':
    case 'ProductOutOfStock':
    case 'ReservationRejected':
      break;
  }
  return product;
}

function newProduct({ price, quantity }: { price: number; quantity: number }, time: number): MutableProduct {
  return {
    price,
    onHand: quantity,
    added: quantity,
    sold: 0,
    reservations: new Map(),
    supplies: new Map(),
    sweptAt: time,
  };
}

/** Puts the order at the end of `supplies`, so that they stay in order of time, and once a day removes those too old to be returned. */
function remember(product: MutableProduct, orderId: string, supply: Supply): void {
  product.supplies.delete(orderId);
  product.supplies.set(orderId, supply);
  if (supply.at - product.sweptAt < sweepMs) return;
  product.sweptAt = supply.at;
  for (const [old, { at }] of product.supplies) {
    if (at > supply.at - returnableMs) break;
    product.supplies.delete(old);
  }
}
