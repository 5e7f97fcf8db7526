import { existsSync } from 'node:fs';
import { referencesFor } from '../../lab/detectors/registry.ts';
import { readScenario } from '../../shop/scenarios/read-scenario.ts';
import { referencePlan, trainingSeed, validationRuns } from './plan.ts';
import type { PortableModel } from './portable-model.ts';
import { calibrate, namesOf } from './run-experiment.ts';
import { stage } from './stage.ts';
import type { Work } from './work.ts';

/**
 * The references of some anomalies: trained on the labels of 40 runs of the anomaly's scenario, with thresholds from the clean runs that the thresholds of
 * all other detectors come from.
 */
export async function trainedReferences(
  anomalies: readonly string[],
  options: Work,
): Promise<readonly PortableModel[]> {
  const { pool, cache } = options;
  const plans = await Promise.all(
    anomalies
      .filter(anomaly => referencesFor(anomaly).length > 0)
      .map(async anomaly => ({ ...(await referencePlan(anomaly)), detectors: namesOf(referencesFor(anomaly)) })),
  );
  if (plans.length === 0) return [];
  const recordings = plans.flatMap(({ runs, detectors }) =>
    runs.map(scenario => ({ scenario, detectors, out: cache.fileFor(['recordUnits', scenario, detectors]) })),
  );
  await stage('simulate for references', recordings, options, async recording => {
    if (!existsSync(recording.out)) await pool.run('recordUnits', recording);
  });
  const trained = await stage('train references', plans, options, ({ runs, detectors }) => {
    const files = runs.map(scenario => cache.fileFor(['recordUnits', scenario, detectors]));
    const work = { detectors, files, seed: trainingSeed };
    return cache.get(['trainOnUnits', detectors, runs, trainingSeed], () => pool.run('trainOnUnits', work));
  });
  const validation = await validationRuns(await readScenario('clean'));
  const models = trained.flat();
  const facts = ['calibrate', validation, models.map(({ description }) => description)];
  return cache.get(facts, () => calibrate(models, validation, options));
}
