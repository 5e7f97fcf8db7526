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
 * Why half an hour: carts hold stock for 10 to 20 minutes, so every window of a customer who keeps holding stock has a reservation
 * or an expiry, and shows a ring's new reservations after each expiry. An hour would double the delay (an alarm comes at the
 * window's end) and mix two visits of one buyer; a quarter of an hour would cut most visits in two. The trailing features cover
 * six hours, for the slow hoarder and the ring.
 */
export const stockExhaustionFeatures: FeatureSet = {
  id: 'stock-exhaustion',
  windowMs: 30 * minuteMs,
  names: featureNames,
  phrases: featurePhrases,
  fold: startMs => stockFold(startMs, 30 * minuteMs),
  entityOf: record => (isStockRecord(record) ? { type: entityType, id: record.userId } : undefined),
};
