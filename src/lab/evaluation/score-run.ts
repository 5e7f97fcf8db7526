import { dayMs, type Span } from '../../base/time.ts';
import {
  type DetectorInfo,
  detect,
  detectorKey,
  type LoadedDetector,
  type WholeStreamSink,
} from '../detectors/detect.ts';
import type { Alarm } from '../detectors/detector.ts';
import type { RecordStream } from '../features/fold-units.ts';
import { type RunOutcome, runOutcome, unitCounter } from './run-outcome.ts';
import { type RunTruth, type UnitTruth, unitTruth } from './unit-truth.ts';

/** One run with its truth, to score detectors on. */
export type TestRun = {
  /** Names the run: a seed or a dataset. */
  readonly run: string;
  readonly records: RecordStream;
  readonly span: Span;
  readonly truth: RunTruth;
};

/**
 * Runs detectors over one run, in one pass, then compares what they found with the run's truth.
 *
 * @param ready each detector at most once
 * @param options.withPerfect adds the control `perfect` for each learner's anomaly; default true
 * @param options.onScored is called for each unit, with its detector
 */
export async function scoreRun(
  ready: readonly LoadedDetector[],
  { run, records, span, truth }: TestRun,
  options: Pick<WholeStreamSink, 'onScored' | 'onGap'> & { readonly withPerfect?: boolean } = {},
): Promise<{ readonly outcomes: readonly RunOutcome[]; readonly alarms: readonly Alarm[] }> {
  const { withPerfect = true, onScored, onGap } = options;
  const units = unitTruth(truth);
  const learners = withPerfect ? ready.filter(({ detector }) => detector.role === 'learner') : [];
  const all = [...ready, ...learners.map(({ detector }) => perfectDetector(detector, units))];
  const counters = new Map(all.map(({ detector }) => [detectorKey(detector), unitCounter(detector.anomaly)]));
  const { alarms, coveredMs } = await detect(all, records, span, {
    onRecord: units.mark,
    onScored(scored, detector) {
      const labels = units.labelsOf(scored.unit, detector.anomaly, detector.features);
      const counter = counters.get(detectorKey(detector));
      counter?.scores.push(scored.score, labels);
      counter?.series.push(scored.unit, scored.score, labels.length > 0);
      onScored?.(scored, detector);
    },
    onGap,
  });
  const outcomes = all.map(({ detector }) => {
    const { id, anomaly, role, features } = detector;
    const who = { anomaly, detector: id, role, windowMs: features.windowMs };
    const counter = counters.get(detectorKey(detector));
    return runOutcome({ run, truth }, who, { days: coveredMs / dayMs, alarms, counter });
  });
  return { outcomes, alarms };
}

/**
 * The control that knows the truth: it scores a unit 1 if it is positive. It shows the best figures that units of this kind allow; a delay
 * of zero is not possible. It exists in evaluation only, since no detector may see the truth.
 */
function perfectDetector(learner: DetectorInfo, truth: UnitTruth): LoadedDetector {
  return {
    detector: { id: 'perfect', anomaly: learner.anomaly, role: 'control', features: learner.features },
    threshold: 0.5,
    scorer: {
      score(unit) {
        const labels = truth.labelsOf(unit, learner.anomaly, learner.features);
        const text = labels.length === 0 ? 'no label' : `label ${labels.map(({ id }) => id).join(', ')}`;
        return [{ unit, score: labels.length === 0 ? 0 : 1, explain: () => ({ text, features: {} }) }];
      },
    },
  };
}
