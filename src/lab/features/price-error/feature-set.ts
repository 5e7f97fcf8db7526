import { minuteMs } from '../../../base/time.ts';
import { anomalyFacts } from '../../../data/dataset/anomaly-facts.ts';
import type { FeatureSet } from '../feature-set.ts';
import { featureNames, featurePhrases } from './features.ts';
import { priceFold } from './fold.ts';

const { entityType } = anomalyFacts['price-error'];

const windowMs = 30 * minuteMs;

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
  fold: startMs => priceFold(startMs, windowMs),
  entityOf: record => (record.type === 'ProductReserved' ? { type: entityType, id: record.productId } : undefined),
};
