import type { DetectorInfo, LoadedDetector } from '../detectors/detect.ts';
import type { UnitTruth } from './unit-truth.ts';

/**
 * The control that knows the truth: it scores a unit 1 if it is positive. It shows the best figures that units of this kind allow; a delay
 * of zero is not possible. It exists in evaluation only, since no detector may see the truth.
 */
export function perfectDetector(learner: DetectorInfo, truth: UnitTruth): LoadedDetector {
  return {
    detector: { id: 'perfect', anomaly: learner.anomaly, role: 'control', features: learner.features },
    threshold: 0.5,
    scorer: {
      score(unit) {
        const labels = truth.labelsOf(unit, learner.anomaly, learner.features);
        const text = labels.length === 0 ? 'no label' : `label ${labels.map(({ id }) => id).join(', ')}`;
        return [{ unit, score: labels.length === 0 ? 0 : 1, explain: () => ({ text, features: {} }) }];
      },
      finish: () => [],
    },
  };
}
