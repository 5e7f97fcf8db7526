import type { EventRecord } from '../../../data/dataset/record.ts';

/**
 * Acts on stock, and the outcomes of a customer's own reservations. Excluded: late effects of timers (a cart that is abandoned an hour
 * later holds nothing any more), parcels, and the account.
 */
const stockTypes: ReadonlySet<string> = new Set([
  'AddProductToCart',
  'ProductAddedToCart',
  'ProductReserved',
  'ReservationRejected',
  'ProductReservationReleased',
  'RemoveProductFromCart',
  'ProductRemovedFromCart',
  'SubmitOrder',
  'OrderCreated',
  'OrderPaid',
  'OrderCancelled',
  'ReservationsMaterialized',
]);

/** True for a record that belongs to a customer's unit. */
export function isStockRecord(record: EventRecord): boolean {
  return record.userId !== '' && stockTypes.has(record.type);
}
