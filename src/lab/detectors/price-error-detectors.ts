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
  rule: {
    description: `How far the price paid is below the median of the product's last 14 days, if it is below ${wrongBelow} of it.`,
    score: value => (value('priceToUsual') < wrongBelow ? 1 - value('priceToUsual') : 0),
    explain: value => ({
      text: `${Number(value('priceToUsual').toPrecision(3))} of the usual price paid`,
      features: { priceToUsual: value('priceToUsual') },
    }),
  },
});
