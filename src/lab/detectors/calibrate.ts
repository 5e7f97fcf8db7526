import type { RecordStream, Span } from '../features/fold-units.ts';
import { dayMs } from '../features/series-calendar.ts';
import type { Gap } from '../features/sessions.ts';
import { detect, loadedDetector } from './detect.ts';
import type { Model } from './model.ts';
import { type CleanTally, joinTallies, tallyAccumulator, thresholdFromCleanDays } from './threshold.ts';

/** The tallies of one clean run, one a model in the models' order. Plain data: a worker can send it. */
export type CleanRunTallies = readonly CleanTally[];

/**
 * Scores one clean run with all models in one pass and keeps the highest scores only, so 200 days need no disk and little memory.
 * Runs without anomalies only: near misses belong in, they are what a threshold is to leave alone.
 */
export async function tallyCleanRun(
  models: readonly Model[],
  records: RecordStream,
  span: Span,
  onGap?: (gap: Gap) => void,
): Promise<CleanRunTallies> {
  const ready = await Promise.all(models.map(loadedDetector));
  const keepers = new Map(ready.map(one => [one, tallyAccumulator(one.detector.features.windowMs)]));
  const coveredMs = await detect(ready, records, span, {
    onScored: ({ unit, score }, one) =>
      keepers.get(one)?.push({ score, entity: `${unit.entity.type}/${unit.entity.id}`, startMs: unit.startMs }),
    ...(onGap === undefined ? {} : { onGap }),
  });
  return [...keepers.values()].map(keeper => keeper.finish(coveredMs / dayMs));
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
