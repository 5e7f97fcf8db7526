import { minuteMs } from '../../../base/time.ts';
import { anomalyFacts } from '../../../data/dataset/anomaly-facts.ts';
import type { FeatureSet } from '../feature-set.ts';
import { featureNames, featurePhrases } from './features.ts';
import { stockFold } from './fold.ts';
import { isStockRecord } from './stock-records.ts';

const { entityType } = anomalyFacts['stock-exhaustion'];

/**
 * What one customer did with the stock in half an hour.
 *
 * Why half an hour: carts hold stock for 10 to 20 minutes, so every window of somebody who holds on to stock has a reservation
 * or an expiry in it, and a ring that re-reserves on expiry is seen to do so in each. An hour would double the delay (an
 * alarm can come at the window's end only) and mix a buyer's two visits; a quarter would cut most visits in two. What needs
 * a longer look (the slow hoarder, the ring) is in the trailing features, over six hours.
 */
export const stockExhaustionFeatures: FeatureSet = {
  id: 'stock-exhaustion',
  windowMs: 30 * minuteMs,
  names: featureNames,
  phrases: featurePhrases,
  fold: startMs => stockFold(startMs, 30 * minuteMs),
  entityOf: record => (isStockRecord(record) ? { type: entityType, id: record.userId } : undefined),
};
