import { stockExhaustionFeatures } from '../features/stock-exhaustion/feature-set.ts';
import type { Detector } from './detector.ts';
import { treeDetectors } from './tree-detectors.ts';

/** The learner for stock-exhaustion, its baselines and its controls. */
export const stockExhaustionDetectors: readonly Detector[] = treeDetectors({
  anomaly: 'stock-exhaustion',
  features: stockExhaustionFeatures,
  description: 'Bagged classification trees on what a customer did with the stock in half an hour.',
  falseAlarmsPerDay: 1 / 44,
  rule: {
    description: 'Units held at once, while nothing was ordered in the half hour.',
    score: value => (value('ordersSubmitted') > 0 ? 0 : value('unitsHeldPeak')),
    explain: value => ({
      text: `${value('unitsHeldPeak')} units held at once and nothing ordered`,
      features: { unitsHeldPeak: value('unitsHeldPeak'), ordersSubmitted: value('ordersSubmitted') },
    }),
  },
});
