import { dayMs, type Span } from '../../base/time.ts';
import type { RecordStream } from '../features/fold-units.ts';
import type { Gap } from '../features/sessions.ts';
import { entityKey } from '../features/unit-key.ts';
import { detect, type LoadedDetector, loadedDetectors } from './detect.ts';
import type { Model } from './model.ts';
import { type CleanTally, joinTallies, tallyAccumulator, thresholdFromCleanDays } from './threshold.ts';

/** The tallies of one clean run, one a model in the models' order. Plain data: a worker can send it. */
export type CleanRunTallies = readonly CleanTally[];

/**
 * Scores one clean run with all models in one pass and keeps the highest scores only, so 200 days need no disk and little memory.
 * The run must hold no anomaly. It should hold near misses, since no threshold should let them alarm.
 *
 * @param models each detector at most once
 */
export async function tallyCleanRun(
  models: readonly Model[],
  records: RecordStream,
  span: Span,
  onGap?: (gap: Gap) => void,
): Promise<CleanRunTallies> {
  const ready = (await loadedDetectors(models)).map(withoutAlarms);
  const tallies = new Map(ready.map(({ detector }) => [detector, tallyAccumulator(detector.features)]));
  const { coveredMs } = await detect(ready, records, span, {
    onScored: ({ unit, score }, detector) =>
      tallies.get(detector)?.push({ score, entity: entityKey(unit.entity), startMs: unit.startMs }),
    onGap,
  });
  return [...tallies.values()].map(tally => tally.finish(coveredMs / dayMs));
}

/** Only scores are counted: an alarm would be merged and explained for nothing. */
function withoutAlarms(ready: LoadedDetector): LoadedDetector {
  const { restarted } = ready;
  return {
    ...ready,
    threshold: Number.POSITIVE_INFINITY,
    ...(restarted && { restarted: async shared => withoutAlarms(await restarted(shared)) }),
  };
}

/**
 * The same models with thresholds from clean validation runs: of other seeds than training and test, 200 days in all.
 *
 * @param runs the tallies of each run, from `tallyCleanRun` with these models in this order
 * @param falseAlarmsPerDay default: the detector's own
 */
export function calibrated(
  models: readonly Model[],
  runs: readonly CleanRunTallies[],
  falseAlarmsPerDay?: number,
): readonly Model[] {
  return models.map((model, index) => {
    const tallies = runs.flatMap(run => run[index] ?? []);
    if (tallies.length === 0) return model;
    const threshold = thresholdFromCleanDays(
      joinTallies(tallies),
      falseAlarmsPerDay ?? model.detector.falseAlarmsPerDay,
    );
    return { ...model, description: { ...model.description, threshold } };
  });
}
