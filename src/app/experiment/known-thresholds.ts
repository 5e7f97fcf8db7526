import { isDeepStrictEqual } from 'node:util';
import { CqshopError } from '../../base/errors.ts';
import { sha256 } from '../../base/hash.ts';
import { shippedPath } from '../../base/shipped-path.ts';
import { dayMs } from '../../base/time.ts';
import type { EventRecord } from '../../data/dataset/record.ts';
import { tallyCleanRun } from '../../lab/detectors/calibrate.ts';
import type { Model } from '../../lab/detectors/model.ts';
import { placeOfModel, readModel } from '../../lab/detectors/model-files.ts';
import { detectors } from '../../lab/detectors/registry.ts';
import { defaultFalseAlarmsPerDay, type Threshold } from '../../lab/detectors/threshold.ts';
import type { ResolvedScenario } from '../../shop/scenarios/resolve-scenario.ts';
import { type PortableModel, unpacked } from './portable-model.ts';
import { simulatedRecords } from './simulated-run.ts';

/** Detectors of series do not score the first day of a stream. */
const probeDays = 3;

/** The models with a digest of their scores on the first three days of a clean run. */
export async function probed(models: readonly Model[], clean: ResolvedScenario): Promise<readonly Model[]> {
  const { startMs } = clean;
  const endMs = Math.min(clean.endMs, startMs + probeDays * dayMs);
  const records = recordsUntil(endMs, simulatedRecords(clean));
  const tallies = await tallyCleanRun(models, records, { startMs, endMs });
  return models.map(({ description, ...model }, index) => ({
    ...model,
    description: { ...description, probe: sha256(JSON.stringify(tallies[index])) },
  }));
}

function* recordsUntil(endMs: number, batches: Iterable<readonly EventRecord[]>) {
  for (const batch of batches) {
    const before = batch.filter(({ timeMs }) => timeMs < endMs);
    yield before;
    if (before.length < batch.length) return;
  }
}

/**
 * The models with the thresholds of those that come with cqshop, without scoring the clean days again: the same models and the same scores give the same
 * thresholds. Undefined if any of them differs in anything, files, shop, seed or `probe`, or if its threshold was chosen for another budget or from
 * fewer or more days.
 *
 * @param days clean days that a threshold is chosen from
 */
export function withKnownThresholds(
  models: readonly PortableModel[],
  days: number,
): readonly PortableModel[] | undefined {
  const known = models.flatMap(model => {
    const threshold = knownThreshold(model);
    const { falseAlarmsPerDay = defaultFalseAlarmsPerDay } = unpacked(model).detector;
    return threshold?.days !== days || threshold.falseAlarmsPerDay !== falseAlarmsPerDay
      ? []
      : [{ ...model, description: { ...model.description, threshold } }];
  });
  return known.length === models.length ? known : undefined;
}

function knownThreshold(model: PortableModel): Threshold | undefined {
  const { threshold: _, ...description } = model.description;
  try {
    const path = shippedPath('models', placeOfModel(unpacked(model).detector));
    const { threshold, ...shipped } = readModel(path, detectors).description;
    return isDeepStrictEqual(shipped, description) ? threshold : undefined;
  } catch (error) {
    // No such model, or one of another version.
    if (error instanceof CqshopError) return undefined;
    throw error;
  }
}
