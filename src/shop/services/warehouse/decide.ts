import { type CommandOf, type EventOf, nothing } from '../define-service.ts';
import { isQuantity } from '../fields.ts';
import type { commands, events } from './messages.ts';
import { type Product, reservationHoldMs } from './product.ts';

type WarehouseCommand = CommandOf<typeof commands>;
type WarehouseEvents = readonly EventOf<typeof events>[];
type CommandData<Type extends WarehouseCommand['type']> = Extract<WarehouseCommand, { readonly type: Type }>['data'];

/** What a command does to a product. */
export function decide(command: WarehouseCommand, product: Product | undefined): WarehouseEvents {
  switch (command.type) {
    case 'AddProduct':
      return addProduct(command.data, product);
    case 'RestockProduct':
      return restock(command.data, product);
    case 'ChangeProductPrice':
      return changePrice(command.data, product);
    case 'ReserveProduct':
      return reserve(command.data, command.time, product);
    case 'ReleaseReservation':
      return release(command.data, product);
    case 'MaterializeReservations':
      return materialize(command.data, product);
    case 'ReturnProduct':
      return takeBack(command.data, product);
  }
}

function addProduct(data: CommandData<'AddProduct'>, product: Product | undefined): WarehouseEvents {
  const { productId, name, category, price, quantity } = data;
  if (product !== undefined) return [{ type: 'ProductAdditionRejected', data: { productId, reason: 'already-added' } }];
  if (quantity !== 0 && !isQuantity(quantity)) {
    return [{ type: 'ProductAdditionRejected', data: { productId, reason: 'bad-quantity' } }];
  }
  if (!isPrice(price)) return [{ type: 'ProductAdditionRejected', data: { productId, reason: 'bad-price' } }];
  return [
    { type: 'ProductAddedToWarehouse', data: { productId, name, category, price, quantity, remaining: quantity } },
  ];
}

function restock(data: CommandData<'RestockProduct'>, product: Product | undefined): WarehouseEvents {
  const { productId, quantity } = data;
  if (product === undefined) return [{ type: 'RestockRejected', data: { productId, reason: 'unknown-product' } }];
  if (!isQuantity(quantity)) return [{ type: 'RestockRejected', data: { productId, reason: 'bad-quantity' } }];
  return [{ type: 'ProductRestocked', data: { productId, quantity, remaining: product.onHand + quantity } }];
}

function changePrice(data: CommandData<'ChangeProductPrice'>, product: Product | undefined): WarehouseEvents {
  const { productId, price } = data;
  if (product === undefined) return [{ type: 'PriceChangeRejected', data: { productId, reason: 'unknown-product' } }];
  if (!isPrice(price)) return [{ type: 'PriceChangeRejected', data: { productId, reason: 'bad-price' } }];
  if (price === product.price) return nothing;
  return [{ type: 'ProductPriceChanged', data: { productId, price, previousPrice: product.price } }];
}

function reserve(data: CommandData<'ReserveProduct'>, time: number, product: Product | undefined): WarehouseEvents {
  const { productId, userId, cartId, quantity } = data;
  const onHand = product?.onHand ?? 0;
  const refused = (reason: 'unknown-product' | 'bad-quantity' | 'out-of-stock'): WarehouseEvents => [
    { type: 'ReservationRejected', data: { productId, userId, cartId, quantity, remaining: onHand, reason } },
  ];
  if (product === undefined) return refused('unknown-product');
  if (!isQuantity(quantity)) return refused('bad-quantity');
  if (quantity > onHand) return refused('out-of-stock');
  const { price } = product;
  const remaining = onHand - quantity;
  const expiresAt = time + reservationHoldMs;
  const reserved = {
    type: 'ProductReserved',
    data: { productId, userId, cartId, quantity, price, remaining, expiresAt },
  } as const;
  return remaining > 0 ? [reserved] : [reserved, { type: 'ProductOutOfStock', data: { productId } }];
}

function release(data: CommandData<'ReleaseReservation'>, product: Product | undefined): WarehouseEvents {
  const { productId, cartId, reason, expiresAt } = data;
  const held = product?.reservations.get(cartId);
  if (product === undefined || held === undefined) return nothing;
  if (reason === 'expired' && held.expiresAt !== expiresAt) return nothing;
  return [released(productId, cartId, product, reason)];
}

function materialize(data: CommandData<'MaterializeReservations'>, product: Product | undefined): WarehouseEvents {
  const { productId, orderId, userId, cartId, quantity } = data;
  if (product?.supplies.has(orderId)) return nothing;
  const held = product?.reservations.get(cartId);
  if (product === undefined || held === undefined || held.quantity < quantity) {
    return [
      { type: 'MaterializationRejected', data: { productId, orderId, userId, cartId, quantity, reason: 'hold-lost' } },
    ];
  }
  const { price } = held;
  return [
    {
      type: 'ReservationsMaterialized',
      data: { productId, orderId, userId, cartId, quantity, price, remaining: product.onHand },
    },
  ];
}

/**
 * The order was paid, so its materialisation was commanded: it succeeded, or failed, or is still to come. In the last case it is
 * rejected in advance, which makes it a repeated request when it comes.
 */
function takeBack(data: CommandData<'ReturnProduct'>, product: Product | undefined): WarehouseEvents {
  const { productId, orderId, userId, cartId, quantity } = data;
  if (product === undefined) return nothing;
  const supply = product.supplies.get(orderId);
  if (supply?.status === 'returned') return nothing;
  if (supply?.status === 'materialized') {
    const remaining = product.onHand + supply.quantity;
    return [{ type: 'ProductReturned', data: { productId, orderId, userId, quantity: supply.quantity, remaining } }];
  }
  const given = product.reservations.has(cartId) ? [released(productId, cartId, product, 'released')] : nothing;
  if (supply !== undefined) return given;
  return [
    ...given,
    {
      type: 'MaterializationRejected',
      data: { productId, orderId, userId, cartId, quantity, reason: 'order-cancelled' },
    },
  ];
}

function released(productId: string, cartId: string, product: Product, reason: 'released' | 'expired') {
  const held = product.reservations.get(cartId);
  const quantity = held?.quantity ?? 0;
  return {
    type: 'ProductReservationReleased',
    data: { productId, userId: held?.userId ?? '', cartId, quantity, remaining: product.onHand + quantity, reason },
  } as const;
}

function isPrice(price: number): boolean {
  return Number.isFinite(price) && price >= 0;
}
