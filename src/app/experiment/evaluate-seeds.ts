import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Model } from '../../lab/detectors/model.ts';
import { readModel } from '../../lab/detectors/model-files.ts';
import { detectors } from '../../lab/detectors/registry.ts';
import { cleanGroup, type ResultRow, resultRows } from '../../lab/evaluation/result-rows.ts';
import { readScenario } from '../../shop/scenarios/read-scenario.ts';
import type { ResolvedScenario } from '../../shop/scenarios/resolve-scenario.ts';
import { vocabulary } from '../../shop/simulation/vocabulary.ts';
import type { JobPool } from './job-pool.ts';
import { testRun } from './plan.ts';
import { portable } from './portable-model.ts';
import type { OnStage } from './run-experiment.ts';

/** Clean days that each seed adds, near misses included. */
const cleanDays = 22;

/** A run to score models on; a clean one holds no anomaly. */
type SeedRun = {
  readonly models: readonly Model[];
  readonly scenario: ResolvedScenario;
  readonly name: string;
  readonly isClean: boolean;
};

/**
 * Scores the models of some anomalies over many seeds: for each seed a run of the anomaly's scenario, and a clean run of
 * 22 days, scored by the models of all anomalies. Rows of the clean runs have the variant `clean`.
 *
 * @param models the models by anomaly: the learner, its baselines and controls
 */
export async function evaluateSeeds(
  models: ReadonlyMap<string, readonly Model[]>,
  options: { readonly seeds: number; readonly firstSeed: number; readonly pool: JobPool; readonly onStage: OnStage },
): Promise<readonly ResultRow[]> {
  const { seeds, firstSeed, pool, onStage } = options;
  const runs: SeedRun[] = [];
  for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) {
    for (const [anomaly, mine] of models)
      runs.push({ models: mine, scenario: await seeded(anomaly, seed), name: `${anomaly}/${seed}`, isClean: false });
    const longest = { ...(await readScenario('clean', { vocabulary })), seed, days: cleanDays };
    runs.push({
      models: [...models.values()].flat(),
      scenario: testRun(longest),
      name: `clean/${seed}`,
      isClean: true,
    });
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
  const outcomesOf = (isClean: boolean) => outcomes.filter((_, index) => runs[index]?.isClean === isClean).flat();
  return [
    ...resultRows(outcomesOf(false)),
    ...resultRows(outcomesOf(true)).map((row): ResultRow => ({ ...row, ...cleanGroup })),
  ];
}

/** The models that `cqshop run` wrote for an anomaly: the learner in `dir`, the others in `dir`/others. */
export async function readModels(dir: string, anomaly: string): Promise<readonly Model[]> {
  const others = join(dir, 'others');
  const names = existsSync(others) ? readdirSync(others).sort() : [];
  return Promise.all([
    readModel(dir, detectors, anomaly),
    ...names.map(name => readModel(join(others, name), detectors, anomaly)),
  ]);
}

async function seeded(name: string, seed: number): Promise<ResolvedScenario> {
  return testRun({ ...(await readScenario(name, { vocabulary })), seed });
}
