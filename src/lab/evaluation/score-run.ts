import { detect, type LoadedDetector } from '../detectors/detect.ts';
import type { Alarm, ScoredUnit } from '../detectors/detector.ts';
import type { RecordStream, Span } from '../features/fold-units.ts';
import { dayMs } from '../features/series-calendar.ts';
import type { Gap } from '../features/sessions.ts';
import { perfectDetector } from './perfect.ts';
import { type RunOutcome, runOutcome, type ScoreCounter, scoreCounter } from './run-outcome.ts';
import { type RunTruth, unitTruth } from './unit-truth.ts';

/** One run with its truth, to score detectors on. */
export type TestRun = {
  /** Names the run: a seed or a dataset. */
  readonly run: string;
  readonly records: RecordStream;
  readonly span: Span;
  readonly truth: RunTruth;
};

/** What scoring a run gives: outcomes to pool, and the alarms themselves. */
export type ScoredRun = { readonly outcomes: readonly RunOutcome[]; readonly alarms: readonly Alarm[] };

/**
 * Runs detectors over one run, in one pass, and scores them against its truth.
 *
 * @param options.withPerfect adds the control `perfect` for each learner's anomaly; default true
 * @param options.onScored is called for each unit, with its detector
 */
export async function scoreRun(
  ready: readonly LoadedDetector[],
  { run, records, span, truth }: TestRun,
  options: {
    readonly withPerfect?: boolean;
    readonly onScored?: (scored: ScoredUnit, detector: LoadedDetector) => void;
    readonly onGap?: (gap: Gap) => void;
  } = {},
): Promise<ScoredRun> {
  const units = unitTruth(truth);
  const learners = options.withPerfect === false ? [] : ready.filter(({ detector }) => detector.role === 'learner');
  const all = [...ready, ...learners.map(({ detector }) => perfectDetector(detector, units))];
  const alarms = new Map<LoadedDetector, Alarm[]>(all.map(detector => [detector, []]));
  const counters = new Map<LoadedDetector, ScoreCounter>(all.map(detector => [detector, scoreCounter()]));
  const coveredMs = await detect(all, records, span, {
    onRecord: units.mark,
    onScored(scored, detector) {
      const { anomaly, features } = detector.detector;
      counters.get(detector)?.push(scored.score, units.labelsOf(scored.unit, anomaly, features));
      options.onScored?.(scored, detector);
    },
    onAlarm: (alarm, detector) => alarms.get(detector)?.push(alarm),
    ...(options.onGap === undefined ? {} : { onGap: options.onGap }),
  });
  const outcomes = all.map(detector =>
    runOutcome({
      run,
      days: coveredMs / dayMs,
      anomaly: detector.detector.anomaly,
      detector: detector.detector.id,
      role: detector.detector.role,
      windowMs: detector.detector.features.windowMs,
      alarms: alarms.get(detector) ?? [],
      labels: truth.labels,
      nearMisses: truth.nearMisses,
      scores: counters.get(detector)?.counts() ?? [],
    }),
  );
  return { outcomes, alarms: [...alarms.values()].flat() };
}
