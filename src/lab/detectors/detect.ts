import { groupBy } from '../../base/group-by.ts';
import type { Span } from '../../base/time.ts';
import type { EventRecord } from '../../data/dataset/record.ts';
import { alarmGapOf } from '../features/feature-set.ts';
import { foldUnits, type RecordStream } from '../features/fold-units.ts';
import { drainSessions, type Gap } from '../features/sessions.ts';
import { alarmMerger } from './alarms.ts';
import type { Alarm, Detector, ScoredUnit, Scorer } from './detector.ts';
import { type Model, trainedParametersOf } from './model.ts';
import { nothingShared, type Shared } from './shared.ts';

/** What identifies a detector, and what it reads. */
export type DetectorInfo = Pick<Detector, 'id' | 'anomaly' | 'role' | 'features'>;

/** Names a detector among those of all anomalies: `stock-exhaustion/cart`. */
export function detectorKey({ anomaly, id }: Pick<DetectorInfo, 'anomaly' | 'id'>): string {
  return `${anomaly}/${id}`;
}

/** A detector with its scorer at the beginning of a stream, and its threshold. It serves one stream. */
export type LoadedDetector = {
  readonly detector: DetectorInfo;
  readonly scorer: Scorer;
  readonly threshold: number;
  /** The same detector at the beginning of another stream; left out where the scorer keeps no state. */
  readonly restarted?: (shared?: Shared) => Promise<LoadedDetector>;
};

/** Loads a model for one stream. @throws MODEL_INVALID */
export async function loadedDetector(model: Model, shared?: Shared): Promise<LoadedDetector> {
  return {
    detector: model.detector,
    scorer: await model.detector.load(trainedParametersOf(model), shared),
    threshold: model.description.threshold.value,
    restarted: ofOther => loadedDetector(model, ofOther),
  };
}

/** Loads models for one stream, which they follow together. @throws MODEL_INVALID */
export function loadedDetectors(models: readonly Model[]): Promise<readonly LoadedDetector[]> {
  const shared = nothingShared();
  return Promise.all(models.map(model => loadedDetector(model, shared)));
}

/** Where the results of a detection go, as they come. */
export type DetectionSink = {
  readonly onScored?: ((scored: ScoredUnit, detector: DetectorInfo) => void) | undefined;
  /** Closed alarms. */
  readonly onAlarm?: (alarm: Alarm) => void;
};

/**
 * Runs detectors over one stream that begins at `startMs`: records in, scores and alarms out. A file and messages one by one give the same results.
 *
 * @param ready each detector at most once
 */
export function startDetection(ready: readonly LoadedDetector[], startMs: number, sink: DetectionSink) {
  const running = ready.map(({ detector, scorer, threshold }) => {
    const { id, anomaly, features } = detector;
    const merger = alarmMerger({ detector: id, anomaly, threshold, gapMs: alarmGapOf(features) });
    return { detector, scorer, merger };
  });
  const byFeatures = groupBy(running, ({ detector }) => detector.features.id);
  const featureSets = ready.map(({ detector }) => detector.features);
  const folds = foldUnits(featureSets, startMs, (unit, { id }) => {
    for (const { detector, scorer, merger } of byFeatures.get(id) ?? []) {
      for (const scored of scorer.score(unit)) {
        sink.onScored?.(scored, detector);
        for (const alarm of merger.push(scored)) sink.onAlarm?.(alarm);
      }
    }
  });
  return {
    push: folds.push,
    /** Time advances without a record, so that a silence is scored while it lasts. */
    advance: folds.advance,
    finish(endMs: number): void {
      folds.finish(endMs);
      for (const { merger } of running) for (const alarm of merger.finish()) sink.onAlarm?.(alarm);
    },
    /** Alarms that later units may still extend. */
    openAlarms: (): readonly Alarm[] => running.flatMap(({ merger }) => merger.open()),
  };
}

/** What a whole stream reports besides its alarms. */
export type WholeStreamSink = Pick<DetectionSink, 'onScored'> & {
  /** Sees each record before the detectors do. */
  readonly onRecord?: (record: EventRecord) => void;
  readonly onGap?: ((gap: Gap) => void) | undefined;
};

/**
 * Runs detectors over a whole stream. After a gap that is longer than their memory, all detectors restart.
 *
 * @returns alarms in the order in which they were closed, and the time that was searched [ms]: the span's length without its gaps
 */
export async function detect(
  ready: readonly LoadedDetector[],
  records: RecordStream,
  span: Span,
  { onRecord, onScored, onGap }: WholeStreamSink = {},
): Promise<{ readonly alarms: readonly Alarm[]; readonly coveredMs: number }> {
  const keys = new Set(ready.map(({ detector }) => detectorKey(detector)));
  if (keys.size < ready.length) throw new TypeError('a detector occurs twice');
  const alarms: Alarm[] = [];
  let isFirst = true;
  const open = async (startMs: number) => {
    const shared = nothingShared();
    const current = isFirst ? ready : await Promise.all(ready.map(one => one.restarted?.(shared) ?? one));
    isFirst = false;
    const detection = startDetection(current, startMs, {
      onAlarm: alarm => alarms.push(alarm),
      onScored,
    });
    const push = (record: EventRecord) => {
      onRecord?.(record);
      detection.push(record);
    };
    return { push, finish: detection.finish };
  };
  return { coveredMs: await drainSessions(records, span, open, { withSilence: true, onGap }), alarms };
}
