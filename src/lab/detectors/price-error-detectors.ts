import { priceErrorFeatures } from '../features/price-error/feature-set.ts';
import type { Detector } from './detector.ts';
import { treeDetectors } from './tree-detectors.ts';

/** Below this part of its usual price, an operator would call a price wrong. */
const wrongBelow = 0.35;

/** The learner for price-error, its baselines and its controls. */
export const priceErrorDetectors: readonly Detector[] = treeDetectors({
  anomaly: 'price-error',
  features: priceErrorFeatures,
  description: 'Bagged classification trees on how a product was bought in half an hour.',
  // A run holds four wrong prices in 22 days, and look-alikes that draw crowds: nine alarms in ten were right at one false alarm in 100 days.
  falseAlarmsPerDay: 1 / 200,
  rule: {
    description: `Visits in 6 h that ordered only this product, times their share of its visits, if its price is below ${wrongBelow} of the median of its last 14 days.`,
    score: value =>
      value('priceToUsual') < wrongBelow ? value('visitsOnlyForIt6h') * value('visitsOnlyForItShare6h') : 0,
    explain: value => ({
      text: `${value('visitsOnlyForIt6h')} visits in 6 h ordered only this, ${Math.round(100 * value('visitsOnlyForItShare6h'))} % of those for it, at ${Number(value('priceToUsual').toPrecision(3))} of its usual price`,
      features: {
        visitsOnlyForIt6h: value('visitsOnlyForIt6h'),
        visitsOnlyForItShare6h: value('visitsOnlyForItShare6h'),
        priceToUsual: value('priceToUsual'),
      },
    }),
  },
});
