import { minuteMs } from '../../../base/time.ts';
import { anomalyFacts } from '../../../data/dataset/anomaly-facts.ts';
import type { FeatureSet } from '../feature-set.ts';
import { featureNames, featurePhrases } from './features.ts';
import { priceFold } from './fold.ts';

const { entityType } = anomalyFacts['price-error'];

const windowMs = 30 * minuteMs;

/**
 * How one product was bought in half an hour in which somebody reserved it: mostly a single purchase, so the tree judges purchases.
 *
 * Why by the product and not by the reservation: an alarm is about the price, so purchases close to each other are one alarm, which
 * names their customers (`Unit.involved`). Why half an hour: a product in few hands is bought every hour or two; quarters find
 * a mistake a few minutes earlier and split it, and each near miss, into more alarms. Only purchases make a unit positive: a
 * correction, a parcel or a return hours later is caused by the mistake as well, but shows nothing of it.
 */
export const priceErrorFeatures: FeatureSet = {
  id: 'price-error',
  windowMs,
  names: featureNames,
  phrases: featurePhrases,
  fold: startMs => priceFold(startMs, windowMs),
  entityOf: record => (record.type === 'ProductReserved' ? { type: entityType, id: record.productId } : undefined),
};
