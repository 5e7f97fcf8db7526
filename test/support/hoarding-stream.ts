import type { Span } from '../../src/base/time.ts';
import type { EventRecord } from '../../src/data/dataset/record.ts';
import type { CausedBy, Label } from '../../src/data/dataset/truth.ts';
import { drawOf } from '../../src/lab/detectors/draws.ts';
import type { RunTruth } from '../../src/lab/evaluation/unit-truth.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
export const streamStartMs = Date.parse('2025-03-03T00:00:00Z');

type Draft = Omit<EventRecord, 'partition' | 'offset' | 'source' | 'correlationId' | 'causationId' | 'key'>;

/** A record as a service would publish it; columns are taken from the payload. */
export function record(
  timeMs: number,
  type: string,
  data: Record<string, unknown>,
  id = `${type}-${timeMs}`,
): EventRecord {
  const text = (name: string) => (typeof data[name] === 'string' ? String(data[name]) : '');
  const draft: Draft = {
    timeMs,
    topic: type.startsWith('Order') ? 'order-events' : type.includes('Reserv') ? 'warehouse-events' : 'cart-events',
    kind: 'event',
    type,
    id,
    userId: text('userId'),
    productId: text('productId'),
    orderId: text('orderId'),
    quantity: typeof data.quantity === 'number' ? data.quantity : undefined,
    price: typeof data.price === 'number' ? data.price : undefined,
    data,
  };
  return { ...draft, partition: 0, offset: 0, source: '/services/cart', correlationId: '', causationId: '', key: '' };
}

/** What a stream is to hold. */
export type StreamOptions = {
  readonly seed: number;
  readonly days: number;
  readonly visitsPerDay?: number;
  /** Every second day of these kinds of attack, in turn; default none. */
  readonly attacks?: readonly Attack[];
};

export type Attack = 'fast' | 'slow' | 'ring';

/** A hand-made shop: a product has 60 units on hand whatever happens, carts hold for 15 minutes. */
export function hoardingStream({ seed, days, visitsPerDay = 150, attacks = [] }: StreamOptions): {
  readonly records: readonly EventRecord[];
  readonly span: Span;
  readonly truth: RunTruth;
} {
  const records: EventRecord[] = [];
  const labels: Label[] = [];
  const nearMisses: Label[] = [];
  const caused = new Map<string, readonly CausedBy[]>();
  let sequence = 0;
  const draw = (name: string) => drawOf(seed, name);

  function emit(timeMs: number, type: string, data: Record<string, unknown>, label?: string): void {
    sequence += 1;
    const id = drawOf(seed, `message/${sequence}`).toString(16).slice(2, 10) + sequence.toString(16);
    records.push(record(Math.round(timeMs), type, data, id));
    if (label !== undefined) caused.set(id, [{ labelId: label, relation: 'direct' }]);
  }

  function reserve(timeMs: number, userId: string, productId: string, quantity: number, label?: string): void {
    emit(timeMs, 'ProductAddedToCart', { userId, cartId: `c-${userId}`, productId, quantity }, label);
    emit(timeMs + 50, 'ProductReserved', { userId, cartId: `c-${userId}`, productId, quantity, remaining: 60 }, label);
  }

  function expire(timeMs: number, userId: string, productId: string, quantity: number, label?: string): void {
    const data = { userId, productId, quantity, remaining: 60, reason: 'expired' };
    emit(timeMs, 'ProductReservationReleased', data, label);
  }

  function buy(timeMs: number, userId: string, lines: readonly { productId: string; quantity: number }[]): void {
    emit(timeMs, 'OrderCreated', { userId, orderId: `o-${sequence}`, lines });
    emit(timeMs + 2000, 'OrderPaid', { userId, orderId: `o-${sequence}`, lines });
    for (const line of lines) emit(timeMs + 3000, 'ReservationsMaterialized', { userId, ...line, remaining: 60 });
  }

  function visit(name: string, timeMs: number): void {
    const userId = `u-${Math.floor(draw(`${name}/user`) * 1500)}`;
    const isBulk = draw(`${name}/bulk`) < 0.01;
    const count = 1 + Math.floor(draw(`${name}/lines`) * draw(`${name}/lines2`) * 6);
    const lines = Array.from({ length: count }, (_, line) => ({
      productId: `p-${Math.floor(draw(`${name}/${line}/p`) * draw(`${name}/${line}/p2`) * 80)}`,
      quantity: isBulk
        ? 10 + Math.floor(draw(`${name}/${line}/q`) * 30)
        : 1 + Math.floor(draw(`${name}/${line}/q`) ** 3 * 4),
    }));
    let at = timeMs;
    for (const line of lines) {
      reserve(at, userId, line.productId, line.quantity);
      at += (10 + 90 * draw(`${name}/${line.productId}/gap`)) * 1000;
    }
    if (isBulk || draw(`${name}/buys`) < 0.3) buy(at + minute, userId, lines);
    else for (const line of lines) expire(at + 15 * minute, userId, line.productId, line.quantity);
  }

  function attack(kind: Attack, index: number, dayStart: number): void {
    const labelId = `${kind}-${index}`;
    const start = dayStart + Math.floor(draw(`attack/${index}/at`) * 18) * hour;
    const rounds = kind === 'fast' ? 4 : 12;
    const users = Array.from({ length: kind === 'ring' ? 5 : 1 }, (_, account) => `h-${index}-${account}`);
    const productId = `p-${Math.floor(draw(`attack/${index}/p`) * 40)}`;
    for (let round = 0; round < rounds; round += 1) {
      for (const [account, userId] of users.entries()) {
        const at = start + round * 16 * minute + account * 5000;
        const quantity = kind === 'fast' ? 20 : kind === 'slow' ? 5 : 3;
        reserve(at, userId, productId, quantity, labelId);
        if (kind === 'fast') reserve(at + 4000, userId, `p-${round + 3}`, quantity, labelId);
        expire(at + 15 * minute, userId, productId, quantity, labelId);
        if (kind === 'fast') expire(at + 15 * minute + 10, userId, `p-${round + 3}`, quantity, labelId);
      }
    }
    const end = start + rounds * 16 * minute;
    labels.push({
      id: labelId,
      anomaly: 'stock-exhaustion',
      variant: kind,
      intensity: 'moderate',
      taxonomy: 'OAT-021',
      target: productId,
      entities: [...users.map(id => ({ type: 'user' as const, id })), { type: 'product', id: productId }],
      start: new Date(start).toISOString(),
      end: new Date(end).toISOString(),
      effect_start: new Date(start).toISOString(),
      effect_end: new Date(end).toISOString(),
      parameters: {},
      receipt: {},
    });
  }

  for (let dayIndex = 0; dayIndex < days; dayIndex += 1) {
    const dayStart = streamStartMs + dayIndex * day;
    for (let index = 0; index < visitsPerDay; index += 1) {
      const name = `visit/${dayIndex}/${index}`;
      visit(name, dayStart + draw(`${name}/at`) * (day - hour));
    }
    const kind = attacks[(dayIndex >> 1) % Math.max(1, attacks.length)];
    if (kind !== undefined && dayIndex % 2 === 1) attack(kind, dayIndex, dayStart);
  }
  records.sort((a, b) => a.timeMs - b.timeMs);
  const span = { startMs: streamStartMs, endMs: streamStartMs + days * day };
  return { records, span, truth: { labels, nearMisses, caused } };
}
