import type { EventRecord } from '../../data/dataset/record.ts';
import type { Unit } from '../features/feature-set.ts';
import { foldUnits, type RecordStream, type Span } from '../features/fold-units.ts';
import { drainSessions, type Gap } from '../features/sessions.ts';
import { alarmMerger } from './alarms.ts';
import type { Alarm, Detector, ScoredUnit, Scorer } from './detector.ts';
import { type Model, trainedParametersOf } from './model.ts';
import { featureSetsOf } from './training.ts';

/** A detector with its scorer at the beginning of a stream, and its threshold. Good for one stream. */
export type LoadedDetector = {
  readonly detector: Pick<Detector, 'id' | 'anomaly' | 'role' | 'features'>;
  readonly scorer: Scorer;
  readonly threshold: number;
  /** The same at the beginning of another stream; left out by those that remember nothing of a stream. */
  readonly restarted?: () => Promise<LoadedDetector>;
};

/** Loads a model for one stream. @throws MODEL_INVALID */
export async function loadedDetector(model: Model): Promise<LoadedDetector> {
  return {
    detector: model.detector,
    scorer: await model.detector.load(trainedParametersOf(model)),
    threshold: model.description.threshold.value,
    restarted: () => loadedDetector(model),
  };
}

/** Where the results of a detection go, as they come. */
export type DetectionSink = {
  readonly onScored?: (scored: ScoredUnit, detector: LoadedDetector) => void;
  /** Closed alarms. */
  readonly onAlarm?: (alarm: Alarm, detector: LoadedDetector) => void;
};

/** A detection in progress: records in, scores and alarms out. */
export type Detection = {
  readonly push: (record: EventRecord) => void;
  /** Time goes on to `timeMs` without a record: a silence is looked at while it lasts. */
  readonly advance: (timeMs: number) => void;
  readonly finish: (endMs: number) => void;
  /** Alarms that later units may still extend. */
  readonly openAlarms: () => readonly Alarm[];
};

/** Runs detectors over one stream that begins at `startMs`; the same for a file and for messages one by one. */
export function startDetection(ready: readonly LoadedDetector[], startMs: number, sink: DetectionSink): Detection {
  const running = ready.map(detector => ({
    ready: detector,
    merger: alarmMerger({
      detector: detector.detector.id,
      anomaly: detector.detector.anomaly,
      threshold: detector.threshold,
      windowMs: detector.detector.features.windowMs,
    }),
  }));
  type Running = (typeof running)[number];
  const runningByFeatures = new Map<string, Running[]>();
  for (const one of running) {
    const id = one.ready.detector.features.id;
    runningByFeatures.set(id, [...(runningByFeatures.get(id) ?? []), one]);
  }

  function hand(one: Running, scored: readonly ScoredUnit[]): void {
    for (const unit of scored) {
      sink.onScored?.(unit, one.ready);
      for (const alarm of one.merger.push(unit)) sink.onAlarm?.(alarm, one.ready);
    }
  }

  function take(unit: Unit, features: { readonly id: string }): void {
    for (const one of runningByFeatures.get(features.id) ?? []) hand(one, one.ready.scorer.score(unit));
  }

  const folds = foldUnits(featureSetsOf(ready.map(({ detector }) => detector)), startMs, take);
  return {
    push: folds.push,
    advance: folds.advance,
    finish(endMs) {
      folds.finish(endMs);
      for (const one of running) {
        hand(one, one.ready.scorer.finish());
        for (const alarm of one.merger.finish()) sink.onAlarm?.(alarm, one.ready);
      }
    },
    openAlarms: () => running.flatMap(({ merger }) => merger.open()),
  };
}

/** What else is told of a whole stream. */
export type WholeStreamSink = DetectionSink & {
  /** Sees each record before the detectors do. */
  readonly onRecord?: (record: EventRecord) => void;
  readonly onGap?: (gap: Gap) => void;
};

/**
 * Runs detectors over a whole stream. Where it is silent for longer than a detector remembers, they begin anew.
 *
 * @returns the time that was looked at [ms]: the span's length, less such gaps
 */
export function detect(
  ready: readonly LoadedDetector[],
  records: RecordStream,
  span: Span,
  sink: WholeStreamSink,
): Promise<number> {
  const { onRecord, onGap } = sink;
  let current: readonly LoadedDetector[] | undefined;
  const open = async (startMs: number) => {
    current = current === undefined ? ready : await Promise.all(ready.map(one => one.restarted?.() ?? one));
    const known = new Map(current.map((one, index) => [one, ready[index] ?? one]));
    const { push, finish } = startDetection(current, startMs, {
      onScored: (scored, one) => sink.onScored?.(scored, known.get(one) ?? one),
      onAlarm: (alarm, one) => sink.onAlarm?.(alarm, known.get(one) ?? one),
    });
    if (onRecord === undefined) return { push, finish };
    const mark = (record: EventRecord) => {
      onRecord(record);
      push(record);
    };
    return { push: mark, finish };
  };
  return drainSessions(records, span, open, { withSilence: true, ...(onGap === undefined ? {} : { onGap }) });
}
