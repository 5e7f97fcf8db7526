import { join } from 'node:path';
import { type ScoredSeeds, scoreSeeds } from '../../src/app/experiment/evaluate-seeds.ts';
import type { JobPool } from '../../src/app/experiment/job-pool.ts';
import { seedsOf, writeShard } from '../../src/app/experiment/shard-files.ts';
import { sweepSeeds } from '../../src/app/experiment/sweep.ts';
import { openWorkCache } from '../../src/app/experiment/work-cache.ts';
import { toolVersion } from '../../src/base/tool-version.ts';
import { drawOf } from '../../src/lab/detectors/draws.ts';
import { readModel } from '../../src/lab/detectors/model-files.ts';
import { detectors } from '../../src/lab/detectors/registry.ts';
import { noScores } from '../../src/lab/evaluation/run-outcome.ts';
import type { ResolvedScenario } from '../../src/shop/scenarios/resolve-scenario.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** An evaluation whose runs are not simulated: what its learners found is drawn from the seed. */
export const whole = {
  ...{ command: 'cqshop evaluate --seeds 7 --first-seed 826101 --sweep', version: toolVersion, made: 'digest' },
  ...{ anomalies: ['stock-exhaustion', 'price-error'], seeds: 7, firstSeed: 826101 },
};
const models = new Map(whole.anomalies.map(id => [id, [readModel(`models/${id}`, detectors, id)]] as const));

/** What a learner might have found in a run: it depends on the run only. */
function outcomesOf(run: string, { seed, anomalies }: ResolvedScenario) {
  const draw = (what: string) => drawOf(seed, `${run}/${what}`);
  return [...models.values()].flat().map(({ detector: { id, anomaly, role } }) => ({
    ...{ run, anomaly, detector: id, role, days: 22 },
    labels: anomalies
      .filter(each => each.anomaly === anomaly)
      .map(each => ({
        ...{ id: each.id, variant: each.variant, intensity: each.intensity, isVisible: true, z: null },
        delayMinutes: draw(each.id) < 0.7 ? 100 * draw(`${each.id}/delay`) : null,
      })),
    ...{ rightAlarms: [], falseAlarms: Math.floor(3 * draw('false')), nearMissAlarms: 0 },
    scores: {
      positives: [{ score: draw('positive'), negatives: 0, anyPositive: 1, positives: {} }],
      negativeScores: Float64Array.of(draw('negative'), Number.NEGATIVE_INFINITY),
      negatives: Uint32Array.of(9, 1),
    },
  }));
}

export async function scoredOn(seeds: readonly number[]) {
  const cache = openWorkCache(join(temporaryDirectory(), 'cache'));
  const pool: JobPool = {
    run: async (_, input) => {
      const { run, scenario } = input as { run: string; scenario: ResolvedScenario };
      const own = outcomesOf(run, scenario).filter(({ anomaly }) => run.includes(anomaly) || run.startsWith('clean'));
      const leftOut = scenario.seed % 3 === 0 ? [{ id: 'lost', reason: 'no customer came' }] : [];
      return { outcomes: own, leftOut } as never;
    },
    close: async () => undefined,
  };
  const work = { seeds, pool, cache, onStage: () => undefined, signal: new AbortController().signal };
  const scored = { ...(await scoreSeeds(models, work)), external: outcomesOfPrograms(seeds) };
  const { swept } = await sweepSeeds(models, work, []);
  return { scored, swept };
}

/** What two programs of others might have found, in the order of one piece. */
function outcomesOfPrograms(seeds: readonly number[]): ScoredSeeds['external'] {
  return whole.anomalies.flatMap(anomaly =>
    seeds.flatMap(seed =>
      [false, true].flatMap(isClean =>
        ['theirs', 'mine'].map(detector => {
          const run = `${isClean ? 'clean' : anomaly}/${seed}`;
          const draw = (what: string) => drawOf(seed, `${run}/${anomaly}/${detector}/${what}`);
          const kind = { variant: 'made-up', intensity: 'subtle', isVisible: true, z: null };
          const labels = isClean
            ? []
            : [{ ...kind, id: 'x', delayMinutes: draw('x') < 0.5 ? 60 * draw('delay') : null }];
          const figures = { falseAlarms: Math.floor(2 * draw('false')), nearMissAlarms: 0 };
          const of = { run, anomaly, detector, role: 'external', days: 22, labels, rightAlarms: [] } as const;
          return { seed, isClean, outcome: { ...of, ...figures, scores: noScores } };
        }),
      ),
    ),
  );
}

/** The directories of all shards. */
export async function writtenShards(of: number) {
  const root = temporaryDirectory();
  const dirs = Array.from({ length: of }, (_, index) => join(root, `shard-${index + 1}`));
  for (const [index, dir] of dirs.entries()) {
    const shard = { index: index + 1, of };
    writeShard(dir, whole, shard, await scoredOn(seedsOf(whole, shard)));
  }
  return dirs;
}
