import type { FeatureSet } from '../features/feature-set.ts';
import { cartDetector } from './cart/cart.ts';
import { idsAndTimesOnly } from './cart/ids-and-times.ts';
import type { Detector } from './detector.ts';
import { nullDetector } from './null/null.ts';
import { randomDetector } from './random/random.ts';
import { type Rule, ruleDetector } from './rule/rule.ts';
import { stumpDetector } from './stump/stump.ts';

/**
 * The detectors of an entity anomaly: a tree as the learner; the baselines that it must beat (the best stump, a plain rule); the reference (the tree of many runs); and the controls
 * (a tree on shuffled labels, a tree on ids and times, random, null).
 */
export function treeDetectors(options: {
  readonly anomaly: string;
  readonly features: FeatureSet;
  /** Of the learner. */
  readonly description: string;
  readonly rule: Rule;
}): readonly Detector[] {
  const { anomaly, features, description, rule } = options;
  return [
    cartDetector({ id: 'cart', role: 'learner', anomaly, features, description }),
    stumpDetector(anomaly, features),
    ruleDetector(anomaly, features, rule),
    cartDetector({
      id: 'cart-of-many-runs',
      role: 'reference',
      anomaly,
      features,
      description: 'The same tree trained on the labels of many more runs.',
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
}
