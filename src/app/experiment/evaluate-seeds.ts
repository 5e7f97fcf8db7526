import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Model } from '../../lab/detectors/model.ts';
import { readModel } from '../../lab/detectors/model-files.ts';
import { detectors } from '../../lab/detectors/registry.ts';
import { type ResultRow, resultRows } from '../../lab/evaluation/result-rows.ts';
import type { RunOutcome } from '../../lab/evaluation/run-outcome.ts';
import { readScenario } from '../../shop/scenarios/read-scenario.ts';
import type { ResolvedScenario } from '../../shop/scenarios/resolve-scenario.ts';
import { testRun } from './plan.ts';
import { portable } from './portable-model.ts';
import type { OnStage } from './run-experiment.ts';
import type { TaskPool } from './task-pool.ts';

/** Clean days that each seed adds, near misses included. */
const cleanDays = 22;

/**
 * Scores the models of some anomalies over many seeds: for each seed a run of the anomaly's scenario, and a clean run of
 * 22 days, scored by the models of all anomalies. Rows of the clean runs have the variant `clean`.
 *
 * @param models the models by anomaly: the learner, its baselines and controls
 */
export async function evaluateSeeds(
  models: ReadonlyMap<string, readonly Model[]>,
  options: { readonly seeds: number; readonly firstSeed: number; readonly pool: TaskPool; readonly onStage: OnStage },
): Promise<readonly ResultRow[]> {
  const { seeds, firstSeed, pool, onStage } = options;
  const runs: { readonly models: readonly Model[]; readonly scenario: ResolvedScenario; readonly name: string }[] = [];
  for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) {
    for (const [anomaly, mine] of models)
      runs.push({ models: mine, scenario: await seeded(anomaly, seed), name: `${anomaly}/${seed}` });
    const longest = { ...(await readScenario('clean')), seed, days: cleanDays };
    runs.push({ models: [...models.values()].flat(), scenario: testRun(longest), name: `clean/${seed}` });
  }
  let done = 0;
  onStage('evaluate', 0, runs.length);
  const outcomes = await Promise.all(
    runs.map(async run => {
      const result = await pool.run('scoreSimulated', {
        models: run.models.map(portable),
        scenario: run.scenario,
        run: run.name,
      });
      done += 1;
      onStage('evaluate', done, runs.length);
      return result;
    }),
  );
  const [clean, anomalous] = [outcomes.flat().filter(isClean), outcomes.flat().filter(outcome => !isClean(outcome))];
  return [
    ...resultRows(anomalous),
    ...resultRows(clean).map((row): ResultRow => ({ ...row, variant: 'clean', intensity: 'none' })),
  ];
}

/** The models that `cqshop run` wrote for an anomaly: the learner in DIR, the others in DIR/others. */
export async function readModels(dir: string, anomaly: string): Promise<readonly Model[]> {
  const others = join(dir, 'others');
  const names = existsSync(others) ? readdirSync(others).sort() : [];
  return Promise.all([
    readModel(dir, detectors, anomaly),
    ...names.map(name => readModel(join(others, name), detectors, anomaly)),
  ]);
}

async function seeded(name: string, seed: number): Promise<ResolvedScenario> {
  return testRun({ ...(await readScenario(name)), seed });
}

function isClean({ run }: RunOutcome): boolean {
  return run.startsWith('clean/');
}
