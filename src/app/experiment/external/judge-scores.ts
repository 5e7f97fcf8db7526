import { daysIn, hourMs } from '../../../base/time.ts';
import { readDataset } from '../../../data/dataset/read-dataset.ts';
import { type EventRecord, senderOf } from '../../../data/dataset/record.ts';
import type { Entity } from '../../../data/dataset/truth.ts';
import { alarmMerger } from '../../../lab/detectors/alarms.ts';
import type { Alarm } from '../../../lab/detectors/detector.ts';
import { readGridScores } from '../../../lab/detectors/read-grid-scores.ts';
import { detectorFor } from '../../../lab/detectors/registry.ts';
import { type CleanTally, tallyAccumulator } from '../../../lab/detectors/threshold.ts';
import type { ScoreRow } from '../../../lab/detectors/write-detections.ts';
import { readRunTruth, spanOf } from '../../../lab/evaluation/dataset-truth.ts';
import { subjectOf } from '../../../lab/evaluation/matching.ts';
import type { RunOutcome } from '../../../lab/evaluation/run-outcome.ts';
import { scoreDetections } from '../../../lab/evaluation/score-detections.ts';
import { alarmGapOf } from '../../../lab/features/feature-set.ts';
import { entityKey } from '../../../lab/features/unit-key.ts';

/** The scores of an external program for one run. */
export type Scored = {
  /** Names the run. */
  readonly run: string;
  readonly dataset: string;
  readonly scores: string;
  readonly anomaly: string;
  readonly detector: string;
};

/** A clean run's highest scores, for the threshold. @throws DETECTIONS_INVALID */
export async function tallyExternal({ dataset, scores: path, ...of }: Scored): Promise<CleanTally> {
  const span = spanOf(await readDataset(dataset, { verify: false }));
  const { windowMs, scores } = readGridScores(path, { ...of, span });
  const tally = tallyAccumulator(mergingOf(of.anomaly, windowMs || hourMs));
  for (const { score, entity, startMs: start } of scores) {
    tally.push({ score, entity: entityKey(subjectOf({ anomaly: of.anomaly, entity }, [])), startMs: start });
  }
  return tally.finish(daysIn(span));
}

/** A run's outcome at a threshold, and the scored entities that do not occur in the run. @throws DETECTIONS_INVALID */
export async function scoreExternal(
  test: Scored & { readonly threshold: number },
): Promise<{ readonly outcome: RunOutcome; readonly unknown: readonly string[] }> {
  const { run, threshold, anomaly, detector } = test;
  const dataset = await readDataset(test.dataset, { verify: false });
  const span = spanOf(dataset);
  const { windowMs, scores } = readGridScores(test.scores, { anomaly, detector, run, span });
  const unknown = new Set(scores.flatMap(({ entity }) => (entity.type === 'shop' ? [] : [nameOf(entity)])));
  const about = { run, records: withoutSeen(unknown, dataset.records()), span, truth: await readRunTruth(dataset) };
  const length = windowMs || hourMs;
  const alarms = alarmsAbove(scores, { anomaly, detector, threshold, gapMs: alarmGapOf(mergingOf(anomaly, length)) });
  const { outcomes } = await scoreDetections(about, alarms, scores, [anomaly], length);
  const [outcome] = outcomes;
  if (outcome === undefined) throw new TypeError('an anomaly that is named has an outcome');
  // Without scores no record is read, and none is unknown.
  return { outcome: { ...outcome, detector }, unknown: [...unknown] };
}

/** Alarms are merged as those of our own detectors of the anomaly, or as windows require that are longer. */
function mergingOf(anomaly: string, windowMs: number) {
  return { windowMs, alarmGapMs: Math.max(windowMs, alarmGapOf(detectorFor(anomaly).features)) };
}

function nameOf({ type, id }: Entity): string {
  return `${type} ${id}`;
}

/** Records as they are, while the entities that occur in them are deleted from a set. */
async function* withoutSeen(entities: Set<string>, batches: AsyncIterable<readonly EventRecord[]>) {
  for await (const batch of batches) {
    for (const record of entities.size === 0 ? [] : batch) {
      entities.delete(`user ${record.userId}`);
      entities.delete(`product ${record.productId}`);
      entities.delete(`service ${senderOf(record)}`);
    }
    yield batch;
  }
}

function alarmsAbove(scores: readonly ScoreRow[], options: Parameters<typeof alarmMerger>[0]): readonly Alarm[] {
  const merger = alarmMerger(options);
  const inOrder = [...scores].sort((a, b) => a.startMs - b.startMs);
  const alarms = inOrder.flatMap(({ startMs, endMs, entity, score }) =>
    merger.push({ unit: { startMs, endMs, entity, features: [] }, score, explain: () => ({ text: '', features: {} }) }),
  );
  return [...alarms, ...merger.finish()];
}
