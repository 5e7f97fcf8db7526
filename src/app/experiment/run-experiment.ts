import { join } from 'node:path';
import { calibrated } from '../../lab/detectors/calibrate.ts';
import type { Model } from '../../lab/detectors/model.ts';
import type { ResolvedScenario } from '../../shop/scenarios/resolve-scenario.ts';
import type { Scenario } from '../../shop/scenarios/scenario.ts';
import { assertTrainable, formatDropped } from './dropped-anomalies.ts';
import type { JobPool } from './job-pool.ts';
import { anomaliesOf, testRun, trainingPlan, trainingSeed, validationRuns } from './plan.ts';
import { type PortableModel, portable, unpacked } from './portable-model.ts';
import type { JobResult } from './worker.ts';

/** Progress of a stage: called when it begins and after each of its jobs. */
export type OnStage = (stage: string, done: number, total: number) => void;

/** What one test run showed about the detectors of one anomaly. */
export type TestResult = JobResult<'scoreDataset'> & {
  readonly anomaly: string;
  readonly scenario: string;
  readonly seed: number;
  /** Of all detectors of the anomaly, the learner first. */
  readonly models: readonly Model[];
};

export type ExperimentOptions = {
  /** The directory of the run: datasets and scratch files go there. */
  readonly dir: string;
  readonly pool: JobPool;
  readonly onStage: OnStage;
  /** Receives each note for the user, one line. */
  readonly onNote: (note: string) => void;
};

/**
 * The main experiment. It records training and test runs into datasets, trains all detectors of the scenarios' anomalies, calibrates their
 * thresholds on clean runs, and scores them on the test runs. All scenarios must describe the same shop: training and validation use the
 * customers, catalogue and scale of the first.
 *
 * @throws ANOMALY_LEFT_NO_TRACE when an anomaly of a test run left none; one of a training run is dropped with a note
 * @throws TRAINING_IMPOSSIBLE when all anomalies to train on were dropped
 */
export async function runExperiment(
  scenarios: readonly Scenario[],
  options: ExperimentOptions,
): Promise<readonly TestResult[]> {
  const [first] = scenarios;
  if (first === undefined) throw new TypeError('an experiment needs a scenario');
  const tests = scenarios.map(scenario => ({
    scenario,
    run: testRun(scenario),
    dataset: join(options.dir, 'datasets', `test-${scenario.name}`),
  }));
  const anomalies = [...new Set(scenarios.flatMap(anomaliesOf))];
  const plans = await Promise.all(anomalies.map(anomaly => trainingPlan(anomaly, first)));
  const datasetOf = ({ name }: ResolvedScenario) => join(options.dir, 'datasets', name);

  const training = new Map(plans.flatMap(({ runs }) => runs.map(run => [datasetOf(run), run] as const)));
  const recordings = [...training, ...tests.map(({ dataset, run }) => [dataset, run] as const)];
  const recorded = await stage('simulate and collect', recordings, options, ([out, scenario]) =>
    options.pool.run('recordDataset', { scenario, out, broker: `${out}.broker`, allowDropping: training.has(out) }),
  );
  const dropped = new Map(
    [...training.values()].map(({ name }, index) => [name, recorded[index]?.dropped ?? []] as const),
  );
  const note = formatDropped(plans, dropped);
  if (note !== undefined) options.onNote(note);
  assertTrainable(plans, dropped, first);
  const trained = await stage('train', plans, options, plan =>
    options.pool.run('trainOnDatasets', {
      anomaly: plan.anomaly,
      datasets: plan.runs.map(datasetOf),
      seed: trainingSeed,
    }),
  );
  const models = await calibrate(trained.flat(), first, options);
  return stage(
    'detect and score',
    tests.flatMap(test => anomaliesOf(test.scenario).map(anomaly => ({ ...test, anomaly }))),
    options,
    async ({ anomaly, dataset, scenario }) => {
      const mine = models.filter(({ description }) => description.anomaly === anomaly);
      const scored = await options.pool.run('scoreDataset', {
        models: mine,
        dataset,
        run: `${scenario.name}/${scenario.seed}`,
        seed: scenario.seed,
      });
      return { ...scored, anomaly, scenario: scenario.name, seed: scenario.seed, models: mine.map(unpacked) };
    },
  );
}

/** The models with thresholds from clean runs that are used for neither training nor scoring. */
async function calibrate(
  models: readonly PortableModel[],
  shop: Scenario,
  options: ExperimentOptions,
): Promise<readonly PortableModel[]> {
  const runs = await validationRuns(shop);
  const tallies = await stage('calibrate on clean runs', runs, options, scenario =>
    options.pool.run('tallySimulated', { models, scenario }),
  );
  return calibrated(models.map(unpacked), tallies).map(portable);
}

/** Does a job for each of some items, and reports the progress. */
export async function stage<Item, Result>(
  name: string,
  items: readonly Item[],
  { onStage }: Pick<ExperimentOptions, 'onStage'>,
  job: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  let done = 0;
  onStage(name, 0, items.length);
  return Promise.all(
    items.map(async item => {
      const result = await job(item);
      done += 1;
      onStage(name, done, items.length);
      return result;
    }),
  );
}
