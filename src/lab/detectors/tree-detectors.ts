import type { FeatureSet } from '../features/feature-set.ts';
import { cartDetector } from './cart/cart.ts';
import { idsAndTimesOnly } from './cart/ids-and-times.ts';
import type { Detector } from './detector.ts';
import { nullDetector } from './null/null.ts';
import { randomDetector } from './random/random.ts';
import { type Rule, ruleDetector } from './rule/rule.ts';
import { stumpDetector } from './stump/stump.ts';

/**
 * The detectors of an entity anomaly: bagged trees as the learner; the baselines that it must beat (the best stump, a plain rule); the
 * reference (more trees, of many runs); and the controls (trees on shuffled labels, trees on ids and times, random, null).
 */
export function treeDetectors(options: {
  readonly anomaly: string;
  readonly features: FeatureSet;
  /** Of the learner. */
  readonly description: string;
  readonly rule: Rule;
  /** The budget of all of them. */
  readonly falseAlarmsPerDay: number;
}): readonly Detector[] {
  const { anomaly, features, description, rule, falseAlarmsPerDay } = options;
  const detectors = [
    cartDetector({ id: 'cart', role: 'learner', anomaly, features, description }),
    stumpDetector(anomaly, features),
    ruleDetector(anomaly, features, rule),
    cartDetector({
      id: 'cart-of-many-runs',
      role: 'reference',
      anomaly,
      features,
      trees: 60,
      description: 'More such trees, trained on the labels of many more runs.',
    }),
    cartDetector({
      id: 'cart-shuffled-labels',
      role: 'control',
      anomaly,
      features,
      shuffleLabels: true,
      trees: 4,
      description: 'The same trees on shuffled labels: they have nothing to learn.',
    }),
    cartDetector({
      id: 'cart-ids-and-times',
      role: 'control',
      anomaly,
      features,
      inputs: idsAndTimesOnly,
      trees: 4,
      description: 'The same trees on a hash of the id and the time alone: what they find, the simulator has leaked.',
    }),
    randomDetector(anomaly, features),
    nullDetector(anomaly, features),
  ];
  return detectors.map(detector => ({ ...detector, falseAlarmsPerDay }));
}
