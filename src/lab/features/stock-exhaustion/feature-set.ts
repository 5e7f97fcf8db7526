import { dayMs } from '../../../base/time.ts';
import { anomalyFacts } from '../../../data/dataset/anomaly-facts.ts';
import type { FeatureSet, Unit, UnitFold } from '../feature-set.ts';
import { runningQuantile } from '../running-quantile.ts';
import { windowedFold } from '../windowed-fold.ts';
import { featureNames, featurePhrases, unitFeatures } from './features.ts';
import { type Customer, newWindow, recent, windowMs } from './state.ts';
import { isStockRecord } from './stock-records.ts';
import { StockState } from './stock-state.ts';
import { takeRecord } from './take-record.ts';

const { entityType } = anomalyFacts['stock-exhaustion'];

/**
 * What one customer did with the stock in half an hour.
 *
 * Why half an hour: carts hold stock for 10 to 20 minutes, so every window of a customer who keeps holding stock has a reservation
 * or an expiry, and shows a ring's new reservations after each expiry. An hour would double the delay (an alarm comes at the
 * window's end) and mix two visits of one buyer; a quarter of an hour would cut most visits in two. The trailing features cover
 * six hours, for the slow hoarder and the ring.
 */
export const stockExhaustionFeatures: FeatureSet = {
  id: 'stock-exhaustion',
  windowMs,
  names: featureNames,
  phrases: featurePhrases,
  fold,
  entityOf: record => (isStockRecord(record) ? { type: entityType, id: record.userId } : undefined),
};

/** The units of a stream, in one pass. */
function fold(startMs: number): UnitFold {
  const state = new StockState(startMs);
  const { customers, products, live } = state;
  /** The 95th percentile of units held at once, over customers and windows of the last one to two weeks. */
  const typicalPeak = runningQuantile({ share: 0.95, largest: 500, fallback: 8, minimumCount: 200 });
  const rotateEvery = Math.round((7 * dayMs) / windowMs);

  function closeWindow(): readonly Unit[] {
    const { window, startMs } = state;
    const endMs = startMs + windowMs;
    const typical = typicalPeak.value();
    const units: Unit[] = [];
    for (const id of [...live].sort()) {
      const customer = customers.get(id);
      if (customer === undefined) continue;
      const tally = customer.window ?? newWindow(customer);
      state.addHeldTime(customer, tally, endMs);
      const features = unitFeatures({ customer, tally, products, window, endMs, typicalPeak: typical });
      units.push({ startMs, endMs, entity: { type: entityType, id }, features, involved: involvedIn(customer, endMs) });
      typicalPeak.add(tally.peakHeld);
      customer.window = undefined;
      if (customer.holds.size === 0) live.delete(id);
    }
    state.window += 1;
    if (state.window % rotateEvery === 0) typicalPeak.rotate();
    if (state.startMs % dayMs === 0) state.forget();
    return units;
  }

  return windowedFold({
    windowMs,
    startMs: () => state.startMs,
    take: record => takeRecord(record, state),
    close: closeWindow,
    isOpen: () => live.size > 0,
  });
}

/** The product that the customer reserved most often without buying it. */
function involvedIn({ unpaid }: Customer, endMs: number): Unit['involved'] {
  const [most] = [...unpaid]
    .map(([id, reserved]) => ({ id, count: recent(reserved, endMs).length }))
    .sort((a, b) => b.count - a.count || (a.id < b.id ? -1 : 1));
  return most === undefined || most.count === 0 ? [] : [{ type: 'product', id: most.id }];
}
