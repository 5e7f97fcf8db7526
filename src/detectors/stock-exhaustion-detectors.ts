import { stockExhaustionFeatures } from '../features/stock-exhaustion/feature-set.ts';
import { cartDetector } from './cart/cart.ts';
import { idsAndTimesOnly } from './cart/ids-and-times.ts';
import type { Detector } from './detector.ts';
import { nullDetector } from './null/null.ts';
import { randomDetector } from './random/random.ts';
import { ruleDetector } from './rule/rule.ts';
import { stumpDetector } from './stump/stump.ts';

const anomaly = 'stock-exhaustion';
const features = stockExhaustionFeatures;

/** The learner for stock-exhaustion, its baselines and its controls. */
export const stockExhaustionDetectors: readonly Detector[] = [
  cartDetector({
    id: 'cart',
    role: 'learner',
    anomaly,
    features,
    description: 'A classification tree on what a customer did with the stock in half an hour.',
  }),
  stumpDetector(anomaly, features),
  ruleDetector(anomaly, features, {
    description: 'Units held at once, while nothing was ordered in the half hour.',
    score: value => (value('ordersSubmitted') > 0 ? 0 : value('unitsHeldPeak')),
    explain: value => ({
      text: `${value('unitsHeldPeak')} units held at once and nothing ordered`,
      features: { unitsHeldPeak: value('unitsHeldPeak'), ordersSubmitted: value('ordersSubmitted') },
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
