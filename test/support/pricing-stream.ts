import type { Span } from '../../src/base/time.ts';
import type { EventRecord } from '../../src/data/dataset/record.ts';
import type { CausedBy, Label } from '../../src/data/dataset/truth.ts';
import { drawOf } from '../../src/lab/detectors/draws.ts';
import type { RunTruth } from '../../src/lab/evaluation/unit-truth.ts';
import { record, streamStartMs } from './hoarding-stream.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const productCount = 20;

/**
 * A hand-made shop of 20 products in two categories, 60 purchases a day. From the third day on, every second day has a clearance of
 * three products at 0.15 to 0.4 of their price; the days between have, with `errors`, one product at a wrong price for three hours,
 * 0.1 or about 0.3 of the right one, which six customers take one to three units of.
 */
export function pricingStream({ seed, days, errors }: { seed: number; days: number; errors: boolean }): {
  readonly records: readonly EventRecord[];
  readonly span: Span;
  readonly truth: RunTruth;
} {
  const records: EventRecord[] = [];
  const labels: Label[] = [];
  const caused = new Map<string, readonly CausedBy[]>();
  const draw = (name: string) => drawOf(seed, name);
  const idOf = (index: number) => `p-${index}`;
  const usual = (index: number) => Math.round(500 + 4000 * draw(`price/${index}`)) / 100;
  const changes: { timeMs: number; index: number; share: number }[] = [];

  function emit(timeMs: number, type: string, data: Record<string, unknown>, label?: string): void {
    const id = `m-${records.length}`;
    records.push(record(Math.round(timeMs), type, data, id));
    if (label !== undefined) caused.set(id, [{ labelId: label, relation: 'direct' }]);
  }

  function reprice(fromMs: number, toMs: number, index: number, share: number, label?: string): void {
    const [price, previousPrice] = [Math.round(100 * share * usual(index)) / 100, usual(index)];
    emit(fromMs, 'ProductPriceChanged', { productId: idOf(index), price, previousPrice }, label);
    emit(toMs, 'ProductPriceChanged', { productId: idOf(index), price: previousPrice, previousPrice: price }, label);
    changes.push({ timeMs: fromMs, index, share }, { timeMs: toMs, index, share: 1 });
  }

  function buy(timeMs: number, userId: string, index: number, quantity: number, label?: string): void {
    const share = changes.findLast(change => change.index === index && change.timeMs <= timeMs)?.share ?? 1;
    const price = Math.round(100 * share * usual(index)) / 100;
    const data = { userId, productId: idOf(index), quantity, price, remaining: 60 };
    emit(timeMs, 'ProductReserved', data, label);
    if (draw(`sells/${userId}/${timeMs}`) < 0.4) emit(timeMs + 10 * minute, 'ReservationsMaterialized', data, label);
  }

  for (let index = 0; index < productCount; index += 1) {
    const category = index % 2 === 0 ? 'Toys' : 'Garden';
    emit(streamStartMs, 'ProductAddedToWarehouse', {
      productId: idOf(index),
      category,
      price: usual(index),
      remaining: 60,
    });
  }
  for (let each = 2; each < days - 1; each += 1) {
    const dayStart = streamStartMs + each * day;
    const first = Math.floor(draw(`first/${each}`) * productCount);
    const startMs = dayStart + draw(`at/${each}`) * 18 * hour;
    if (each % 2 === 0) {
      const share = 0.15 + 0.25 * draw(`share/${each}`);
      for (const step of [0, 3, 7]) reprice(startMs, startMs + 20 * hour, (first + step) % productCount, share);
    } else if (errors) {
      const id = `error-${each}`;
      const share = draw(`wrong/${each}`) < 0.5 ? 0.1 : 0.27 + 0.06 * draw(`share/${each}`);
      // The product after the last day's clearance is free.
      const index = (Math.floor(draw(`first/${each - 1}`) * productCount) + 1) % productCount;
      reprice(startMs, startMs + 3 * hour, index, share, id);
      const users = Array.from({ length: 6 }, (_, user) => `x-${each}-${user}`);
      for (const user of users) {
        const atMs = startMs + (10 + 165 * draw(`${user}/at`)) * minute;
        buy(atMs, user, index, 1 + Math.floor(3 * draw(`${user}/n`)), id);
      }
      const time = { start: new Date(startMs).toISOString(), end: new Date(startMs + 3 * hour).toISOString() };
      labels.push({
        id,
        anomaly: 'price-error',
        variant: share === 0.1 ? 'lost-decimal' : 'wrong-discount',
        intensity: 'moderate',
        taxonomy: 'pricing error exploited',
        target: idOf(index),
        entities: [{ type: 'product', id: idOf(index) }, ...users.map(user => ({ type: 'user' as const, id: user }))],
        ...time,
        effect_start: time.start,
        effect_end: time.end,
        parameters: {},
        receipt: {},
      });
    }
  }
  for (let each = 0; each < days * 60; each += 1) {
    const timeMs = streamStartMs + hour + (each + draw(`visit/${each}`)) * (day / 60) * ((days - 1) / days);
    const index = Math.floor(draw(`p/${each}`) * draw(`q/${each}`) * productCount);
    buy(timeMs, `u-${Math.floor(draw(`u/${each}`) * 400)}`, index, 1 + Math.floor(draw(`n/${each}`) ** 4 * 4));
  }
  records.sort((a, b) => a.timeMs - b.timeMs);
  return {
    records,
    span: { startMs: streamStartMs, endMs: streamStartMs + days * day },
    truth: { labels, nearMisses: [], caused },
  };
}
