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
  // Wrong prices are rare: at one false alarm in 22 days, one alarm in five would be false.
  falseAlarmsPerDay: 1 / 200,
  rule: {
    description: `Visits in 6 h that ordered only this product, if its price is below ${wrongBelow} of the median of its last 14 days.`,
    score: value => (value('priceToUsual') < wrongBelow ? value('visitsOnlyForIt6h') : 0),
    explain: value => ({
      text: `${value('visitsOnlyForIt6h')} visits in 6 h ordered only this, at ${Number(value('priceToUsual').toPrecision(3))} of its usual price`,
      features: { visitsOnlyForIt6h: value('visitsOnlyForIt6h'), priceToUsual: value('priceToUsual') },
    }),
  },
});
