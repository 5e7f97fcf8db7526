import type { EventRecord } from '../dataset/record.ts';
import { daysIn, type RecordStream, type Span } from '../features/fold-units.ts';
import { readyDetector, startDetection } from './detect.ts';
import type { Model } from './model.ts';
import { type CleanTally, joinTallies, tallyKeeper, thresholdFromCleanDays } from './threshold.ts';

/** The tallies of one clean run, one a model in the models' order. Plain data: a worker can send it. */
export type CleanRunTallies = readonly CleanTally[];

/** A clean run being tallied, for a simulation that hands out its messages as they happen. */
export type CleanRun = {
  readonly push: (record: EventRecord) => void;
  readonly finish: () => CleanRunTallies;
};

/**
 * Scores one clean run with all models in one pass and keeps the highest scores only, so 200 days need no disk and little memory.
 * Runs without anomalies only: near misses belong in, they are what a threshold is to leave alone.
 */
export async function startCleanRun(models: readonly Model[], span: Span): Promise<CleanRun> {
  const ready = await Promise.all(models.map(readyDetector));
  const keepers = new Map(ready.map(one => [one, tallyKeeper(one.detector.features.windowMs)]));
  const detection = startDetection(ready, span.startMs, {
    onScored: ({ unit, score }, one) =>
      keepers.get(one)?.push({ score, entity: `${unit.entity.type}/${unit.entity.id}`, startMs: unit.startMs }),
  });
  return {
    push: detection.push,
    finish() {
      detection.finish(span.endMs);
      return [...keepers.values()].map(keeper => keeper.finish(daysIn(span)));
    },
  };
}

/** `startCleanRun` over a whole stream. */
export async function tallyCleanRun(
  models: readonly Model[],
  records: RecordStream,
  span: Span,
): Promise<CleanRunTallies> {
  const run = await startCleanRun(models, span);
  for await (const batch of records) for (const record of batch) run.push(record);
  return run.finish();
}

/**
 * The same models with thresholds from clean validation runs: of other seeds than training and test, 200 days in all.
 *
 * @param runs the tallies of each run, from `tallyCleanRun` with these models in this order
 * @param falseAlarmsPerDay default one in 22 days
 */
export function calibrated(
  models: readonly Model[],
  runs: readonly CleanRunTallies[],
  falseAlarmsPerDay?: number,
): readonly Model[] {
  return models.map((model, index) => {
    const tallies = runs.flatMap(run => run[index] ?? []);
    if (tallies.length === 0) return model;
    const threshold = thresholdFromCleanDays(joinTallies(tallies), falseAlarmsPerDay);
    return { ...model, description: { ...model.description, threshold } };
  });
}
