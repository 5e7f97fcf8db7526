import type { Message, StoredMessage } from '../../src/broker/message.ts';
import { commandTopic, eventTopic } from '../../src/broker/topics.ts';
import { placeOf } from './predict-messages.ts';
import type { World } from './survey-world.ts';

/** What customers wait for or see in their cart; they know of no other message, such as who holds how many units. */
const answers: ReadonlySet<string> = new Set([
  'CartCreated',
  'CartLineUpdated',
  'ProductRemovedFromCart',
  'CartChangeRejected',
  'CartCleared',
  'OrderPaid',
  'OrderCancelled',
  'OrderRejected',
  'OrderCancellationRejected',
  'ActivationLinkSent',
  'UserRegistrationRejected',
  'UserAccountActivated',
  'AccountActivationRejected',
  'UserAccountUpdated',
  'AccountUpdateRejected',
  'PasswordChanged',
  'PasswordChangeRejected',
  'UserAccountRemoved',
  'AccountRemovalRejected',
]);

/** What the stock keeper counts by. */
const stockChanges: ReadonlySet<string> = new Set([
  'ProductRestocked',
  'ProductReserved',
  'ProductReservationReleased',
  'ProductReturned',
  'ProductOutOfStock',
]);

/** What customers and staff could notice of the difference between two worlds. */
export type Noticed = {
  /** When a user was first answered differently [ms]. */
  readonly answered: ReadonlyMap<string, number>;
  /** When a product's stock first changed differently [ms]. */
  readonly stocked: ReadonlyMap<string, number>;
  /** Visits, by correlation id, that were lured by a price which was not the same in both worlds when they began. */
  readonly lured: ReadonlySet<string>;
};

/** @param differing messages that are not the same in both worlds */
export function noticedIn(differing: readonly StoredMessage[], worlds: readonly World[]): Noticed {
  const answered = new Map<string, number>();
  const stocked = new Map<string, number>();
  const priced = new Map<string, number>();
  for (const { message } of differing) {
    const { type, kind, data } = message;
    if (kind !== 'event') continue;
    if (answers.has(type)) note(answered, data.userId, message);
    if (stockChanges.has(type)) note(stocked, data.productId, message);
    if (type === 'ProductPriceChanged') note(priced, data.productId, message);
  }
  const lured = new Set<string>();
  for (const { topic, message } of differing) {
    const { type, correlationid, causationid, data } = message;
    if (type !== 'AddProductToCart' || topic !== commandTopic('cart')) continue;
    const lures = worlds.map(({ places }) => places.get(placeOf(eventTopic('warehouse'), causationid)));
    const isLure = lures.some(lure => lure?.type === 'ProductPriceChanged' && lure.data.productId === data.productId);
    const arrivalMs = worlds.map(({ arrivals }) => arrivals.get(correlationid)).find(found => found !== undefined);
    const pricedMs = priced.get(String(data.productId));
    if (isLure && arrivalMs !== undefined && pricedMs !== undefined && pricedMs < arrivalMs) lured.add(correlationid);
  }
  return { answered, stocked, lured };
}

/**
 * Why somebody outside the services may have done something else. A customer knows the answers to them, on this visit or an earlier one, and
 * the prices that are reduced when they come; the stock keeper counts units of one product; prices are changed by the calendar alone.
 */
export function whyActed(
  { type, source, correlationid, time, data }: Message,
  { answered, stocked, lured }: Noticed,
): string | undefined {
  if (source === '/staff') {
    const counted =
      type === 'RestockProduct' && time > (stocked.get(String(data.productId)) ?? Number.POSITIVE_INFINITY);
    return counted ? 'counted' : undefined;
  }
  if (lured.has(correlationid)) return 'lured';
  return time > (answered.get(String(data.userId)) ?? Number.POSITIVE_INFINITY) ? 'answered' : undefined;
}

function note(first: Map<string, number>, who: unknown, { time }: Message): void {
  const key = String(who);
  first.set(key, Math.min(time, first.get(key) ?? Number.POSITIVE_INFINITY));
}
