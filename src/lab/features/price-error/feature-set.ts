import { dayMs } from '../../../base/time.ts';
import { anomalyFacts } from '../../../data/dataset/anomaly-facts.ts';
import type { FeatureSet, Unit, UnitFold } from '../feature-set.ts';
import { windowedFold } from '../windowed-fold.ts';
import { featureNames, featurePhrases, unitFeatures } from './features.ts';
import { PriceState } from './price-state.ts';
import { habitDays, type WindowTally, windowMs } from './state.ts';
import { takeRecord } from './take-record.ts';

const { entityType } = anomalyFacts['price-error'];

/**
 * How one product was bought in half an hour in which it was reserved. Mostly this is a single purchase, so the tree classifies purchases.
 *
 * Why by product and not by reservation: an alarm is about the price, so purchases close to each other are one alarm, which
 * names their customers (`Unit.involved`). Why half an hour: a product with little demand is bought every hour or two. Quarters of an
 * hour would find a mistake a few minutes earlier, but split it, and each near miss, into more alarms. Only purchases make a unit
 * positive: the mistake also causes a correction, and later parcels and returns, but they do not show it.
 */
export const priceErrorFeatures: FeatureSet = {
  id: 'price-error',
  windowMs,
  names: featureNames,
  phrases: featurePhrases,
  fold,
  entityOf: record => (record.type === 'ProductReserved' ? { type: entityType, id: record.productId } : undefined),
};

/** The units of a stream, in one pass. */
function fold(startMs: number): UnitFold {
  const state = new PriceState(startMs);
  return windowedFold({
    windowMs,
    startMs: () => state.startMs,
    take: record => takeRecord(record, state),
    close: () => closeWindow(state),
    isOpen: () => state.live.size > 0,
  });
}

/** The units of the current window, one a product that was reserved; then the next window is the current one. */
function closeWindow(state: PriceState): readonly Unit[] {
  const { products, live, window, startMs, endMs } = state;
  const knownDays = Math.min(habitDays, Math.max(1, (endMs - state.streamStartMs) / dayMs));
  const units: Unit[] = [];
  for (const id of [...live].sort()) {
    const product = products.get(id);
    const tally = product?.window;
    if (product === undefined || tally === undefined) continue;
    product.window = undefined;
    if (tally.lines === 0) continue;
    const features = unitFeatures({ product, tally, products, window, endMs, habitDays: knownDays });
    units.push({ startMs, endMs, entity: { type: entityType, id }, features, involved: involvedIn(tally) });
  }
  live.clear();
  state.window += 1;
  state.forget();
  return units;
}

/** The customers who took it, those with most units first. */
function involvedIn({ unitsByUser }: WindowTally): Unit['involved'] {
  return [...unitsByUser]
    .sort(([idA, a], [idB, b]) => b - a || (idA < idB ? -1 : 1))
    .map(([id]) => ({ type: 'user' as const, id }));
}
