import { cannot } from '../../base/errors.ts';
import { hourMs } from '../../base/time.ts';
import { detectableAnomalies, detectorFor, modelledDetectorsFor } from '../../lab/detectors/registry.ts';
import { isEntityAnomaly } from '../../lab/evaluation/matching.ts';
import { readScenario } from '../../shop/scenarios/read-scenario.ts';
import { type ResolvedScenario, resolveScenario } from '../../shop/scenarios/resolve-scenario.ts';
import type { Scenario } from '../../shop/scenarios/scenario.ts';

/** Seeds from this one on are reserved for training and validation; test runs have lower ones. */
const firstReservedSeed = 1_000_000;
/** The seed of the first training run, and of the training itself. */
export const trainingSeed = firstReservedSeed + 1;
/** Runs of 22 days that detectors are trained on. With one labelled run, look-alikes that are absent from it raise false alarms later. */
const trainingRuns = 6;
/** The labelled runs that references are trained on. */
const reference = { firstSeed: firstReservedSeed + 2001, runs: 40 } as const;
/**
 * The runs that the references of an anomaly are trained on: the shipped scenario of that name, with other seeds. Anomalies of users and products do not
 * disturb each other, so a run holds all that are listed.
 */
export async function referencePlan(anomaly: string): Promise<TrainingPlan> {
  const scenario = await readScenario(anomaly);
  const { anomaliesPerRun: _, ...withAll } = scenario;
  const shipped = isEntityAnomaly(anomaly) ? withLookAlikes(withAll) : scenario;
  const runs = Array.from({ length: reference.runs }, (_, index) =>
    resolveScenario({ ...shipped, name: `reference-${anomaly}-${index + 1}`, seed: reference.firstSeed + index }),
  );
  return { anomaly, runs };
}

/** The clean runs from which thresholds are chosen: 10 runs of 22 days, so at least 200 days. */
const validation = { firstSeed: firstReservedSeed + 1001, runs: 10, days: 22 } as const;

/** The training runs of one anomaly's detectors. A run that two anomalies share has the same name in both plans. */
export type TrainingPlan = { readonly anomaly: string; readonly runs: readonly ResolvedScenario[] };

/** The anomalies of a scenario for which detectors exist. */
export function anomaliesOf(scenario: {
  readonly anomalies: readonly { readonly anomaly: string }[];
}): readonly string[] {
  const present = new Set(scenario.anomalies.map(({ anomaly }) => anomaly));
  return detectableAnomalies.filter(anomaly => present.has(anomaly));
}

/** The near misses that resemble anomalies of users and products. */
const lookAlikes = ['flash-sale', 'clearance', 'price-cut', 'loss-leader', 'bulk-buyer', 'sell-out'];

/**
 * A scenario with each look-alike three times. Anomalies are dense in a run to train on; were look-alikes as rare as in ordinary days,
 * a detector would learn that a cheap product is an error.
 */
function withLookAlikes(scenario: Scenario): Scenario {
  const again = ['again', 'once-more'].flatMap(copy =>
    scenario.nearMisses
      .filter(({ kind }) => lookAlikes.includes(kind))
      .map(entry => ({ ...entry, id: `${entry.id}-${copy}`, at: 'random' as const })),
  );
  return { ...scenario, nearMisses: [...scenario.nearMisses, ...again] };
}

/**
 * What all supervised detectors are trained on: the anomalies of the shipped scenarios of theirs, each twice at other times, and look-alikes three
 * times. Anomalies of users and of products do not disturb each other.
 */
async function labelledScenario(): Promise<Scenario> {
  const supervised = detectableAnomalies.filter(anomaly => detectorFor(anomaly).supervised);
  const scenarios = await Promise.all(supervised.map(readScenario));
  const anomalies = ['a', 'b'].flatMap(copy =>
    scenarios.flatMap(scenario =>
      scenario.anomalies.map(entry => ({ ...entry, id: `${entry.id}-${copy}`, at: 'random' })),
    ),
  );
  return { ...withLookAlikes(await readScenario('clean')), name: 'labelled', anomalies };
}

/** The training runs for an anomaly in a shop like the given one: labelled ones, or clean ones where the method needs no labels. */
export async function trainingPlan(
  anomaly: string,
  { customers, catalogue, scale }: Pick<Scenario, 'customers' | 'catalogue' | 'scale'>,
): Promise<TrainingPlan> {
  const shipped = detectorFor(anomaly).supervised ? await labelledScenario() : await readScenario('clean');
  const runs = Array.from({ length: trainingRuns }, (_, index) => {
    const name = `training-${shipped.name}-${index + 1}`;
    const scenario = { ...shipped, customers, catalogue, scale, name, seed: trainingSeed + index };
    return resolveScenario(scenario, { gapMs: hourMs });
  });
  return { anomaly, runs };
}

/** The clean runs from which thresholds are chosen, in a shop like the given one, near misses included. */
export async function validationRuns(
  shop: Pick<Scenario, 'customers' | 'catalogue' | 'scale'>,
): Promise<readonly ResolvedScenario[]> {
  const { customers, catalogue, scale } = shop;
  const clean = { ...(await readScenario('clean')), customers, catalogue, scale, days: validation.days };
  return Array.from({ length: validation.runs }, (_, index) =>
    resolveScenario({ ...clean, seed: validation.firstSeed + index }),
  );
}

/**
 * The runs and detectors of the main experiment, for scenarios that describe the same shop.
 *
 * @returns the plans of training are by anomaly, and may share runs; `training` has each run of theirs once
 * @throws USAGE when a seed is reserved for training and validation
 */
export async function planExperiment<AScenario extends Scenario>(scenarios: readonly AScenario[]) {
  const [shop] = scenarios;
  if (shop === undefined) throw new TypeError('an experiment needs a scenario');
  const tests = scenarios.map(scenario => ({ scenario, run: testRun(scenario) }));
  const anomalies = [...new Set(scenarios.flatMap(anomaliesOf))];
  const plans = await Promise.all(anomalies.map(anomaly => trainingPlan(anomaly, shop)));
  const training = [...new Map(plans.flatMap(({ runs }) => runs.map(run => [run.name, run] as const))).values()];
  const detectors = anomalies.flatMap(anomaly => modelledDetectorsFor(anomaly).map(({ id }) => `${anomaly}/${id}`));
  return { tests, shop, plans, training, validation: await validationRuns(shop), detectors };
}

/**
 * A scenario with every random choice drawn from its seed.
 *
 * @throws USAGE when its seed is reserved for training and validation
 */
export function testRun(scenario: Scenario): ResolvedScenario {
  if (scenario.seed >= firstReservedSeed) {
    throw cannot('USAGE', `score detectors on seed ${scenario.seed}`)(
      `seeds from ${firstReservedSeed} on are reserved for training and validation`,
      'a lower one',
    );
  }
  return resolveScenario(scenario);
}
