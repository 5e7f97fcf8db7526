import { priceErrorFeatures } from '../features/price-error/feature-set.ts';
import { cartDetector } from './cart/cart.ts';
import { idsAndTimesOnly } from './cart/ids-and-times.ts';
import type { Detector } from './detector.ts';
import { nullDetector } from './null/null.ts';
import { randomDetector } from './random/random.ts';
import { ruleDetector } from './rule/rule.ts';
import { stumpDetector } from './stump/stump.ts';

const anomaly = 'price-error';
const features = priceErrorFeatures;

/** Below this part of its usual price, an operator would call a price wrong. */
const wrongBelow = 0.35;

/** The learner for price-error, its baselines and its controls. */
export const priceErrorDetectors: readonly Detector[] = [
  cartDetector({
    id: 'cart',
    role: 'learner',
    anomaly,
    features,
    description: 'A classification tree on how a product was bought in half an hour.',
  }),
  stumpDetector(anomaly, features),
  ruleDetector(anomaly, features, {
    description: `How far the price paid is below the median of the product's last 14 days, if it is below ${wrongBelow} of it.`,
    score: value => (value('priceToUsual') < wrongBelow ? 1 - value('priceToUsual') : 0),
    explain: value => ({
      text: `${Number(value('priceToUsual').toPrecision(3))} of the usual price paid`,
      features: { priceToUsual: value('priceToUsual') },
    }),
  }),
  cartDetector({
    id: 'cart-shuffled-labels',
    role: 'control',
    anomaly,
    features,
    shuffleLabels: true,
    depth: 4,
    description: 'The same tree on labels dealt out anew: it has nothing to learn.',
  }),
  cartDetector({
    id: 'cart-ids-and-times',
    role: 'control',
    anomaly,
    features,
    inputs: idsAndTimesOnly,
    description: 'The same tree on a hash of the id and the time alone: what it finds, the simulator has leaked.',
  }),
  randomDetector(anomaly, features),
  nullDetector(anomaly, features),
];
