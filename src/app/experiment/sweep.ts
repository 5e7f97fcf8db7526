import type { Model } from '../../lab/detectors/model.ts';
import { isEntityAnomaly } from '../../lab/evaluation/matching.ts';
import type { RunOutcome } from '../../lab/evaluation/run-outcome.ts';
import { type SweepPoint, sweepPoints } from '../../lab/evaluation/sweep-points.ts';
import { readScenario } from '../../shop/scenarios/read-scenario.ts';
import type { Scenario } from '../../shop/scenarios/scenario.ts';
import {
  type ScoredSeeds,
  type SeedRun,
  type SeedWork,
  scoredByOthers,
  scoredRuns,
  withoutFailed,
} from './evaluate-seeds.ts';
import { testRun } from './plan.ts';

/** The strengths that are tried: z for anomalies of the whole shop; for others factors on the size of subtle ones. */
const strengths = { ofShop: [1.5, 2, 3, 4, 5, 6, 8, 10, 14], ofEntities: [0.1, 0.2, 0.4, 0.6, 1, 1.5, 2.5] } as const;
/** Where a scenario does not say how many anomalies a run holds. */
const usualPerRun = 4;

/** The outcomes of one run of a sweep. Plain data. */
export type SweptRun = { readonly anomaly: string; readonly seed: number; readonly outcomes: readonly RunOutcome[] };

type Failures = ScoredSeeds['externalFailures'];

/**
 * Scores learners, baselines, references and programs of others on anomalies of all strengths. Each seed adds a run for each anomaly. Runs of
 * consecutive seeds take the variants and strengths in turn.
 *
 * @param failed programs that are left out
 */
export async function sweepSeeds(
  models: ReadonlyMap<string, readonly Model[]>,
  options: SeedWork,
  failed: Failures,
): Promise<{ readonly swept: readonly SweptRun[]; readonly failures: Failures }> {
  const runs: (SeedRun & { readonly anomaly: string })[] = [];
  for (const [anomaly, all] of models) {
    const shown = all.filter(({ detector }) => detector.role !== 'control');
    const shipped = await readScenario(anomaly);
    for (const seed of options.seeds) {
      const scenario = testRun({ ...sweepScenario(shipped, anomaly), seed });
      const name = `sweep/${anomaly}/${seed}`;
      runs.push({ anomaly, models: shown, scenario, name, isClean: false, mayLeaveOut: true });
    }
  }
  const scored = await scoredRuns('sweep', runs, options);
  const others = await scoredByOthers(runs, [...models.keys()], options, failed);
  const swept = runs.map(({ anomaly, name, scenario: { seed } }, index) => ({
    ...{ anomaly, seed },
    outcomes: [
      ...(scored[index]?.outcomes ?? []),
      ...others.outcomes.filter(({ outcome }) => outcome.run === name).map(({ outcome }) => outcome),
    ],
  }));
  return { swept, failures: others.failures };
}

/**
 * Recall and delay against the strength of anomalies.
 *
 * @param anomalies in the order of their points
 * @param failed programs that have no points
 */
export function sweptPoints(
  runs: readonly SweptRun[],
  anomalies: readonly string[],
  failed: Failures,
): readonly SweepPoint[] {
  const inOrder = [...runs].sort(
    (a, b) => anomalies.indexOf(a.anomaly) - anomalies.indexOf(b.anomaly) || a.seed - b.seed,
  );
  const outcomes = inOrder.flatMap(run => withoutFailed(run.outcomes, failed));
  return sweepPoints(outcomes, ({ id, z }, { anomaly }) => {
    const asked = Number(id.split('-at-')[1]);
    // A place may not allow what was asked for; the label states what it is.
    return isEntityAnomaly(anomaly) || z === null ? asked : nearest(strengths.ofShop, z);
  });
}

/** A scenario that lists each variant at each strength, the variants of one strength one after the other. */
export function sweepScenario(shipped: Scenario, anomaly: string): Scenario {
  const variants = [...new Set(shipped.anomalies.map(({ variant }) => variant))];
  const tried = isEntityAnomaly(anomaly) ? strengths.ofEntities : strengths.ofShop;
  const listed = tried.flatMap(strength =>
    variants.flatMap(variant => {
      const same = shipped.anomalies.filter(entry => entry.variant === variant);
      const like = same.find(({ intensity }) => intensity === gradeOf(strength, anomaly)) ?? same[0];
      return like === undefined ? [] : [{ ...like, id: `${variant}-at-${strength}`, strength, at: 'random' as const }];
    }),
  );
  return { ...shipped, anomalies: spread(listed), anomaliesPerRun: shipped.anomaliesPerRun ?? usualPerRun };
}

/** The intensity whose length and onset an anomaly of some strength has. */
function gradeOf(strength: number, anomaly: string): string {
  return isEntityAnomaly(anomaly) || strength < 6 ? 'subtle' : strength < 10 ? 'moderate' : 'blatant';
}

/** In an order in which neighbours are far apart, so that each run holds weak and strong ones. */
function spread<Item>(items: readonly Item[]): readonly Item[] {
  const step = [7, 5, 11, 13].find(each => items.length % each !== 0) ?? 1;
  return items.flatMap((_, index) => items[(index * step) % items.length] ?? []);
}

function nearest(tried: readonly number[], z: number): number {
  return tried.reduce((best, each) => (Math.abs(Math.log(each / z)) < Math.abs(Math.log(best / z)) ? each : best));
}
