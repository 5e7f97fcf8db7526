import { z } from 'zod';
import type { Message } from '../../src/broker/message.ts';

const stock = z.object({
  onHand: z.number(),
  added: z.number(),
  sold: z.number(),
  reservations: z.map(z.string(), z.object({ quantity: z.number() })),
});

/** Products whose units on hand + reserved + sold are not the units added, or that have fewer than none; a line each. */
export function brokenStockLaws(states: ReadonlyMap<string, unknown>): readonly string[] {
  return [...states].flatMap(([id, state]) => {
    const { onHand, added, sold, reservations } = stock.parse(state);
    const reserved = [...reservations.values()].reduce((sum, { quantity }) => sum + quantity, 0);
    if (onHand + reserved + sold === added && onHand >= 0) return [];
    return [`${id}: ${onHand} on hand + ${reserved} reserved + ${sold} sold, but ${added} added`];
  });
}

/**
 * Orders that are paid twice, refunded twice or without having been paid, cancelled with the money kept, or made of no cart; a line each.
 *
 * @param lateMs orders cancelled later [virtual ms] may still wait for their money
 */
export function brokenMoneyLaws(messages: readonly Message[], lateMs: number): readonly string[] {
  const subjects = (wanted: string) => messages.filter(({ type }) => type === wanted).map(({ subject }) => subject);
  const [paid, refunded] = [new Set(subjects('PaymentAuthorized')), new Set(subjects('PaymentRefunded'))];
  const carts = new Set(subjects('CartCreated'));
  const cancelled = messages.filter(({ type, time }) => type === 'OrderCancelled' && time <= lateMs);
  return [
    ...repeats(subjects('PaymentAuthorized')).map(id => `${id} is paid twice`),
    ...repeats(subjects('PaymentRefunded')).map(id => `${id} is refunded twice`),
    ...[...refunded].filter(id => !paid.has(id)).map(id => `${id} is refunded and was never paid`),
    ...cancelled
      .filter(({ subject }) => paid.has(subject) && !refunded.has(subject))
      .map(({ subject }) => `${subject} is cancelled and its money kept`),
    ...messages
      .filter(({ type, data }) => type === 'OrderCreated' && !carts.has(String(data.cartId)))
      .map(({ subject }) => `${subject} has no cart`),
  ];
}

function repeats(ids: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return ids.filter(id => {
    if (seen.has(id)) return true;
    seen.add(id);
    return false;
  });
}
