import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cannot } from '../../base/errors.ts';
import { shippedUnlessThere } from '../../base/shipped-path.ts';
import { sum } from '../../base/sum.ts';
import type { Model } from '../../lab/detectors/model.ts';
import { readModel } from '../../lab/detectors/model-files.ts';
import { detectableAnomalies, detectors, detectorsFor } from '../../lab/detectors/registry.ts';
import {
  type Comparison,
  cleanGroup,
  pooledResults,
  type ResultRow,
  resultRows,
} from '../../lab/evaluation/result-rows.ts';
import { type RunFigures, runFigures } from '../../lab/evaluation/run-figures.ts';
import type { RunOutcome } from '../../lab/evaluation/run-outcome.ts';
import { isShipped } from '../../shop/scenarios/find-scenario.ts';
import { readScenario } from '../../shop/scenarios/read-scenario.ts';
import type { LeftOut } from '../../shop/simulation/leave-out.ts';
import {
  type ExternalDetector,
  type ExternalOptions,
  type ExternalResult,
  type ExternalRun,
  evaluateExternal,
} from './external/evaluate-external.ts';
import { testRun, trainingPlan, validationRuns } from './plan.ts';
import { portable } from './portable-model.ts';
import { stage } from './stage.ts';
import type { Work } from './work.ts';

/** Clean days that each seed adds, near misses included. */
const cleanDays = 22;

/** A run to score models on; a clean one holds no anomaly. */
export type SeedRun = ExternalRun & { readonly models: readonly Model[] };

/** An anomaly that left no trace in a test run and was left out of it. */
export type LeftOutOfRun = LeftOut & { readonly run: string };

/** What an evaluation over seeds works with. */
export type SeedWork = Work & {
  readonly seeds: readonly number[];
  /** Programs of others, to score on the same runs. */
  readonly external?: ExternalWork;
};

export type ExternalWork = Pick<ExternalOptions, 'dir' | 'withLabels' | 'timeoutMs' | 'onLine'> & {
  readonly detectors: readonly ExternalDetector[];
};

/** What was scored of some seeds. Plain data: shards of an evaluation write it, and `joinScored` joins it. */
export type ScoredSeeds = {
  readonly runs: readonly {
    readonly seed: number;
    readonly isClean: boolean;
    /** Anomalies planned. */
    readonly planned: number;
    readonly outcomes: readonly RunOutcome[];
    readonly leftOut: readonly LeftOutOfRun[];
  }[];
  /** Of programs of others. */
  readonly external: ExternalResult['outcomes'];
  readonly externalFailures: ExternalResult['failures'];
};

/** What an evaluation found. */
export type Evaluation = {
  readonly rows: readonly ResultRow[];
  readonly comparisons: readonly Comparison[];
  readonly runs: readonly RunFigures[];
  /** Anomalies planned in all test runs. */
  readonly planned: number;
  readonly leftOut: readonly LeftOutOfRun[];
  /** Programs of others that failed; they have no rows. */
  readonly externalFailures: ExternalResult['failures'];
};

/**
 * Scores the models of some anomalies over some seeds: for each seed a run of the anomaly's scenario, and a clean run of 22 days, scored by
 * the models of all anomalies.
 *
 * @param models the models by anomaly: the learner, its baselines and controls
 */
export async function scoreSeeds(
  models: ReadonlyMap<string, readonly Model[]>,
  options: SeedWork,
): Promise<ScoredSeeds> {
  const runs: SeedRun[] = [];
  for (const seed of options.seeds) {
    for (const [anomaly, mine] of models) {
      const scenario = testRun({ ...(await readScenario(anomaly)), seed });
      const mayLeaveOut = await isShipped(anomaly);
      runs.push({ models: mine, scenario, name: `${anomaly}/${seed}`, isClean: false, mayLeaveOut });
    }
    const longest = { ...(await readScenario('clean')), seed, days: cleanDays };
    const all = [...models.values()].flat();
    runs.push({ models: all, scenario: testRun(longest), name: `clean/${seed}`, isClean: true, mayLeaveOut: false });
  }
  // Programs of others come first, since they fail more often.
  const external = await scoredByOthers(runs, [...models.keys()], options);
  const scored = await scoredRuns('evaluate', runs, options);
  return {
    runs: runs.map(({ scenario, name: run, isClean }, index) => {
      const { outcomes = [], leftOut = [] } = scored[index] ?? {};
      const { seed, anomalies } = scenario;
      const planned = anomalies.length;
      return { seed, isClean, planned, outcomes, leftOut: leftOut.map(one => ({ run, ...one })) };
    }),
    external: external.outcomes,
    externalFailures: external.failures,
  };
}

/** What was scored of several shards of seeds, in the order in which one piece would have scored it. */
export function joinScored(shards: readonly ScoredSeeds[], anomalies: readonly string[]): ScoredSeeds {
  const failures = shards.flatMap(({ externalFailures }) => externalFailures);
  const first = new Map([...failures].reverse().map(failure => [`${failure.anomaly}/${failure.name}`, failure]));
  const inOrder = (a: ScoredSeeds['external'][number], b: typeof a) =>
    anomalies.indexOf(a.outcome.anomaly) - anomalies.indexOf(b.outcome.anomaly) || a.seed - b.seed;
  return {
    runs: shards.flatMap(({ runs }) => runs).sort((a, b) => a.seed - b.seed),
    external: shards.flatMap(({ external }) => external).sort(inOrder),
    externalFailures: [...first.values()],
  };
}

/** Pools what was scored. Rows of the clean runs have the variant `clean`. */
export function evaluationOf({ runs, external, externalFailures }: ScoredSeeds): Evaluation {
  const outcomesOf = (isClean: boolean) => {
    const ours = runs.filter(run => run.isClean === isClean).flatMap(({ outcomes }) => outcomes);
    const others = external.filter(one => one.isClean === isClean).map(({ outcome }) => outcome);
    return [...ours, ...withoutFailed(others, externalFailures)];
  };
  const anomalous = outcomesOf(false);
  const { rows, comparisons } = pooledResults(anomalous);
  return {
    rows: [...rows, ...resultRows(outcomesOf(true)).map((row): ResultRow => ({ ...row, ...cleanGroup }))],
    comparisons,
    runs: runFigures(anomalous),
    planned: sum(runs, ({ planned }) => planned),
    leftOut: runs.flatMap(({ leftOut }) => leftOut),
    externalFailures,
  };
}

/** Outcomes without those of programs that failed on some run of the anomaly: figures of a part of the runs are not comparable. */
export function withoutFailed(
  outcomes: readonly RunOutcome[],
  failures: ExternalResult['failures'],
): readonly RunOutcome[] {
  return outcomes.filter(
    ({ role, anomaly, detector }) =>
      role !== 'external' || !failures.some(failed => failed.anomaly === anomaly && failed.name === detector),
  );
}

/** What programs of others find in the runs; nothing where there are none. @param failed programs that are not called any more */
export async function scoredByOthers(
  runs: readonly SeedRun[],
  anomalies: readonly string[],
  { external, ...work }: SeedWork,
  failed: ExternalResult['failures'] = [],
): Promise<ExternalResult> {
  const results: ExternalResult[] = [];
  if (external === undefined) return { outcomes: [], failures: [] };
  const shop = await readScenario('clean');
  const clean = await validationRuns(shop);
  for (const anomaly of anomalies) {
    const { runs: training } = await trainingPlan(anomaly, shop);
    const own = runs.filter(({ isClean, name }) => isClean || name.split('/').includes(anomaly));
    const plan = { anomaly, training, clean, runs: own };
    const working = external.detectors.filter(
      ({ name }) => !failed.some(failure => failure.anomaly === anomaly && failure.name === name),
    );
    if (working.length > 0) results.push(await evaluateExternal(working, plan, { ...work, ...external }));
  }
  return {
    outcomes: results.flatMap(({ outcomes }) => outcomes),
    failures: results.flatMap(({ failures }) => failures),
  };
}

/** Scores runs on workers, unless an earlier try did. */
export function scoredRuns(name: string, runs: readonly SeedRun[], { pool, cache, ...work }: SeedWork) {
  return stage(name, runs, work, ({ models, scenario, name: run, mayLeaveOut }) =>
    cache.get(['scoreSimulated', run, scenario, models.map(({ description }) => description)], () =>
      pool.run('scoreSimulated', { models: models.map(portable), scenario, run, mayLeaveOut }),
    ),
  );
}

/** The models that `cqshop run` wrote for an anomaly: the learner in `dir`, the others in `dir`/others, which may hold locks too. */
export function readModels(path: string, anomaly: string): readonly Model[] {
  const dir = shippedUnlessThere(path);
  const others = join(dir, 'others');
  const names = existsSync(others)
    ? readdirSync(others)
        .filter(name => !name.endsWith('.lock'))
        .sort()
    : [];
  return [dir, ...names.map(name => join(others, name))].map(each => readModel(each, detectors, anomaly));
}

/** @throws UNKNOWN_NAME; USAGE for `series`, which no simulation injects */
export function assertSimulated(anomalies: readonly string[]): void {
  for (const anomaly of anomalies) detectorsFor(anomaly);
  const other = anomalies.find(anomaly => !detectableAnomalies.includes(anomaly));
  if (other === undefined) return;
  throw cannot('USAGE', `evaluate ${other} over seeds`)(
    'the shop has no such anomaly',
    '--dataset DIR --detections FILE',
  );
}
