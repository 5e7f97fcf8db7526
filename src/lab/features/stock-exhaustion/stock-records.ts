import type { EventRecord } from '../../../data/dataset/record.ts';

/**
 * Acts on stock and what becomes of a customer's own reservations. Not here: what follows by timer long after (a cart given up an hour
 * later holds nothing any more), the parcel's way, the account.
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
