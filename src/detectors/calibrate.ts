import { daysIn, type RecordStream, type Span } from '../features/fold-units.ts';
import { detect, readyDetector } from './detect.ts';
import type { Model } from './model.ts';
import { type CleanTally, joinTallies, tallyKeeper, thresholdFromCleanDays } from './threshold.ts';

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
): Promise<CleanRunTallies> {
  const ready = await Promise.all(models.map(readyDetector));
  const keepers = models.map(({ detector }) => tallyKeeper(detector.features.windowMs));
  const indexOf = new Map(ready.map((detector, index) => [detector, index]));
  await detect(ready, records, span, {
    onScored: ({ unit, score }, detector) =>
      keepers[indexOf.get(detector) ?? -1]?.push({
        score,
        entity: `${unit.entity.type}/${unit.entity.id}`,
        startMs: unit.startMs,
      }),
  });
  return keepers.map(keeper => keeper.finish(daysIn(span)));
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
