import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { groupBy } from '../../base/group-by.ts';
import { sum } from '../../base/sum.ts';
import { makeDirectory } from '../../base/whole-file.ts';
import { calibrated } from '../../lab/detectors/calibrate.ts';
import type { Detector } from '../../lab/detectors/detector.ts';
import type { Model } from '../../lab/detectors/model.ts';
import { detectorFor, modelledDetectorsFor } from '../../lab/detectors/registry.ts';
import type { ResolvedScenario } from '../../shop/scenarios/resolve-scenario.ts';
import type { Scenario } from '../../shop/scenarios/scenario.ts';
import type { TestScores } from './collect-and-score.ts';
import { assertTrainable, formatDropped, formatLeftOut } from './dropped-anomalies.ts';
import type { DetectorName } from './jobs.ts';
import { withKnownThresholds } from './known-thresholds.ts';
import { anomaliesOf, planExperiment, type TrainingPlan, trainingSeed } from './plan.ts';
import { type PortableModel, portable, unpacked } from './portable-model.ts';
import { stage } from './stage.ts';
import type { Work } from './work.ts';

/** What one test run showed about the detectors of one anomaly. */
export type TestResult = TestScores & {
  readonly scenario: string;
  readonly seed: number;
  /** Of all detectors of the anomaly, the learner first. */
  readonly models: readonly Model[];
};

export type ExperimentOptions = Omit<Work, 'cache'> & {
  /** The directory of the run: test datasets and scratch files go there. */
  readonly dir: string;
  /** Receives each note for the user, one line. */
  readonly onNote: (note: string) => void;
  /** Whether test datasets are used afterwards: they are packed then. */
  readonly keepsDatasets: boolean;
  /** Whether thresholds are chosen even for models whose thresholds are known: see `withKnownThresholds`. */
  readonly fromScratch: boolean;
  /** Called if no threshold had to be chosen. */
  readonly onKnownThresholds: () => void;
};

/**
 * The main experiment. It simulates training and test runs, trains all detectors of the scenarios' anomalies, calibrates their thresholds on clean runs,
 * collects the test runs into datasets, and scores the detectors on them. All scenarios must describe the same shop: training and validation use
 * the customers, catalogue and scale of the first.
 *
 * @throws ANOMALY_LEFT_NO_TRACE when an anomaly that a user wrote left none; one of a training run or of a shipped scenario is left out with a note
 * @throws TRAINING_IMPOSSIBLE when all anomalies to train on were dropped
 */
export async function runExperiment(
  scenarios: readonly (Scenario & {
    /** True if no user wrote it. */
    readonly isShipped: boolean;
  })[],
  options: ExperimentOptions,
): Promise<readonly TestResult[]> {
  const { shop, plans, training, validation, ...planned } = await planExperiment(scenarios);
  const tests = planned.tests.map(({ scenario, run }) => ({
    ...{ scenario, run, isShipped: scenario.isShipped },
    dataset: join(options.dir, 'datasets', `test-${scenario.name}`),
  }));
  const unitsDir = join(options.dir, 'units');
  makeDirectory(unitsDir);
  const unitsOf = ({ name }: ResolvedScenario) => join(unitsDir, name);
  const dropped = new Map<string, readonly string[]>();
  // Here and below the longest jobs begin first, so that no worker waits long at the end of a stage.
  await stage('simulate', [...tests, ...training], options, async item => {
    if ('dataset' in item) {
      const { dataset, run: scenario } = item;
      const recording = { scenario, broker: brokerOf(dataset), mayLeaveOut: item.isShipped };
      const { leftOut } = await options.pool.run('recordRun', recording);
      for (const one of leftOut) options.onNote(formatLeftOut(scenario.name, one));
      return;
    }
    const sharers = plans.filter(({ runs }) => runs.some(({ name }) => name === item.name));
    const detectors = sharers.flatMap(({ anomaly }) => namesOf(modelledDetectorsFor(anomaly)));
    const recorded = await options.pool.run('recordUnits', { scenario: item, detectors, out: unitsOf(item) });
    dropped.set(
      item.name,
      recorded.leftOut.map(({ id }) => id),
    );
  });
  const note = formatDropped(training, dropped);
  if (note !== undefined) options.onNote(note);
  assertTrainable(plans, dropped, shop);
  const trained = await stage('train', trainingJobs(plans), options, ({ detectors, runs }) =>
    options.pool.run('trainOnUnits', { detectors: namesOf(detectors), files: runs.map(unitsOf), seed: trainingSeed }),
  );
  rmSync(unitsDir, { recursive: true });
  const probed = await stage('compare models', validation.slice(0, 1), options, scenario =>
    options.pool.run('probeModels', { models: trained.flat(), scenario }),
  );
  const days = sum(validation, run => run.days);
  const known = options.fromScratch ? undefined : withKnownThresholds(probed.flat(), days);
  if (known !== undefined) options.onKnownThresholds();
  const models = known ?? (await calibrate(probed.flat(), validation, options));
  const modelsOf = (anomaly: string) => models.filter(({ description }) => description.anomaly === anomaly);
  const scored = await stage('collect and score', longestFirst(tests), options, async ({ run: scenario, dataset }) => {
    const { name, seed } = scenario;
    const broker = brokerOf(dataset);
    const present = anomaliesOf(scenario).flatMap(modelsOf);
    const test = { scenario, broker, dataset, models: present, isKept: options.keepsDatasets };
    const results = await options.pool.run('collectAndScore', test);
    rmSync(broker, { recursive: true });
    return results.map(result => ({ ...result, scenario: name, seed, models: modelsOf(result.anomaly).map(unpacked) }));
  });
  return [...scored].reverse().flat();
}

/** Where a test run is until it is collected. */
function brokerOf(dataset: string): string {
  return `${dataset}.broker`;
}

/**
 * What is trained at once. Detectors that learn from labels read the same units, those of one anomaly. The others go together by their role, since
 * detectors of two anomalies that learn the same forecast share it. The longest jobs come first.
 */
function trainingJobs(
  plans: readonly TrainingPlan[],
): readonly { readonly detectors: readonly Detector[]; readonly runs: TrainingPlan['runs'] }[] {
  const all = longestFirst(plans).flatMap(({ anomaly, runs }) =>
    modelledDetectorsFor(anomaly).map(detector => ({ detector, runs })),
  );
  const jobs = groupBy(all, ({ detector: { anomaly, role } }) =>
    detectorFor(anomaly).supervised ? anomaly : `learners: ${role === 'learner'}`,
  );
  return [...jobs.values()].map(job => ({ detectors: job.map(({ detector }) => detector), runs: job[0].runs }));
}

/** The anomalies come in the order of the registry, where those of series are last; they have the most detectors. */
function longestFirst<Item>(inOrder: readonly Item[]): readonly Item[] {
  return [...inOrder].reverse();
}

/** The names by which a worker finds detectors. */
export function namesOf(detectors: readonly Detector[]): readonly DetectorName[] {
  return detectors.map(({ anomaly, id }) => ({ anomaly, id }));
}

/** The models with thresholds from clean runs that are used for neither training nor scoring. */
export async function calibrate(
  models: readonly PortableModel[],
  runs: readonly ResolvedScenario[],
  options: Omit<Work, 'cache'>,
): Promise<readonly PortableModel[]> {
  const tallies = await stage('calibrate on clean runs', runs, options, scenario =>
    options.pool.run('tallySimulated', { models, scenario }),
  );
  return calibrated(models.map(unpacked), tallies).map(portable);
}
