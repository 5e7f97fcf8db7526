import type { FeatureSet } from '../feature-set.ts';
import { featureNames, featurePhrases } from './features.ts';
import { priceFold } from './fold.ts';

const windowMs = 30 * 60_000;

/**
 * How one product was bought in half an hour in which somebody reserved it: mostly a single purchase.
 */
export const priceErrorFeatures: FeatureSet = {
  id: 'price-error',
  windowMs,
  names: featureNames,
  phrases: featurePhrases,
  fold: startMs => priceFold(startMs, windowMs),
  entityOf: record => (record.type === 'ProductReserved' ? { type: 'product', id: record.productId } : undefined),
};
