import { join } from 'node:path';
import { readModels } from '../../app/experiment/evaluate-seeds.ts';
import { CqshopError } from '../../base/errors.ts';
import { shippedUnlessThere } from '../../base/shipped-path.ts';
import { topicsCollected } from '../../data/dataset/dataset-topics.ts';
import type { Dataset } from '../../data/dataset/read-dataset.ts';
import { assertCountable } from '../../lab/detectors/counted-topics.ts';
import { loadedDetectors } from '../../lab/detectors/detect.ts';
import type { Model } from '../../lab/detectors/model.ts';
import { detectableAnomalies } from '../../lab/detectors/registry.ts';
import type { RunOutcome } from '../../lab/evaluation/run-outcome.ts';
import { scoreRun, type TestRun } from '../../lab/evaluation/score-run.ts';

/**
 * Runs baselines and controls of some anomalies over a dataset, beside somebody's detections: as their models are, with the thresholds that
 * these state. Left out are detectors whose rows are there already, and models that do not count the dataset's topics.
 *
 * @param models a directory of models; default: those in the working directory, else those that come with cqshop
 * @returns the outcomes, and the directories of the models
 */
export async function oursBeside(
  theirs: readonly RunOutcome[],
  {
    dataset,
    run,
    models: from = 'models',
  }: { readonly dataset: Dataset; readonly run: TestRun; readonly models: string | undefined },
): Promise<{ readonly outcomes: readonly RunOutcome[]; readonly models: readonly string[] }> {
  const anomalies = [...new Set(theirs.map(({ anomaly }) => anomaly))].filter(id => detectableAnomalies.includes(id));
  const dirs = anomalies.map(anomaly => ({ anomaly, dir: shippedUnlessThere(join(from, anomaly)) }));
  const usable = dirs
    .map(({ anomaly, dir }) => ({ dir, models: readModels(dir, anomaly) }))
    .filter(({ dir, models: [learner] }) => learner !== undefined && isCountable(learner, dir, dataset));
  const ready = await loadedDetectors(usable.flatMap(({ models }) => models));
  if (ready.length === 0) return { outcomes: [], models: [] };
  const given = new Set(theirs.map(({ anomaly, detector }) => `${anomaly}/${detector}`));
  const { outcomes } = await scoreRun(ready, run);
  const shown = outcomes.filter(
    ({ role, anomaly, detector }) => role !== 'learner' && !given.has(`${anomaly}/${detector}`),
  );
  return { outcomes: shown, models: usable.map(({ dir }) => dir) };
}

function isCountable(model: Model, dir: string, dataset: Dataset): boolean {
  try {
    assertCountable(model, topicsCollected(dataset), { model: dir, data: dataset.dir });
    return true;
  } catch (error) {
    if (error instanceof CqshopError && error.code === 'MODEL_MISMATCH') return false;
    throw error;
  }
}
