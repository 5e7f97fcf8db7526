import { describe, expect, test } from 'vitest';
import { trainingPlan, trainingSeed } from '../../../src/app/experiment/plan.ts';
import { simulatedRecords, simulatedRun } from '../../../src/app/experiment/simulated-run.ts';
import { type CleanRunTallies, calibrated, tallyCleanRun } from '../../../src/lab/detectors/calibrate.ts';
import { loadedDetector } from '../../../src/lab/detectors/detect.ts';
import { detectorsFor } from '../../../src/lab/detectors/registry.ts';
import { trainAll } from '../../../src/lab/detectors/train.ts';
import type { TrainingRun } from '../../../src/lab/detectors/training.ts';
import { resultRows } from '../../../src/lab/evaluation/result-rows.ts';
import { scoreRun } from '../../../src/lab/evaluation/score-run.ts';
import { unitLabeller } from '../../../src/lab/evaluation/unit-truth.ts';
import { readScenario } from '../../../src/shop/scenarios/read-scenario.ts';
import { type ResolvedScenario, resolveScenario } from '../../../src/shop/scenarios/resolve-scenario.ts';
import { leaveOutTraceless } from '../../../src/shop/simulation/leave-out.ts';

// These seeds are used for nothing else. A test run holds both anomalies, in every variant and intensity.
const seeds = {
  clean: [830_204, 830_205, 830_206, 830_207, 830_208],
  test: [830_209, 830_210, 830_211, 830_212, 830_213, 830_214, 830_215, 830_216],
};
const anomalies = ['stock-exhaustion', 'price-error'] as const;
const halfHourMs = 1_800_000;

const scenarios = await Promise.all(anomalies.map(name => readScenario(name)));
const clean = await readScenario('clean');
const resolved = (seed: number, planned: typeof clean.anomalies) =>
  resolveScenario({ ...clean, days: 22, seed, anomalies: planned }, { gapMs: halfHourMs });
const all = scenarios.flatMap(scenario => scenario.anomalies);
const runOf = async (scenario: ResolvedScenario) => ({
  ...(await leaveOutTraceless(scenario, simulatedRun)).result,
  span: scenario,
});

const trained = [];
for (const anomaly of anomalies) {
  const detectors = detectorsFor(anomaly).filter(({ role }) => role === 'learner' || role === 'baseline');
  const runs: TrainingRun[] = [];
  for (const scenario of (await trainingPlan(anomaly, clean)).runs) {
    const { truth, ...run } = await runOf(scenario);
    runs.push({ ...run, labeller: unitLabeller(truth) });
  }
  trained.push(...(await trainAll(detectors, runs, { seed: trainingSeed })));
}
const tallies: CleanRunTallies[] = [];
for (const seed of seeds.clean) {
  const scenario = resolved(seed, []);
  tallies.push(await tallyCleanRun(trained, simulatedRecords(scenario), scenario));
}
const models = calibrated(trained, tallies);
const outcomes = [];
for (const seed of seeds.test) {
  const { records, truth, span } = await runOf(resolved(seed, all));
  const ready = await Promise.all(models.map(loadedDetector));
  outcomes.push(...(await scoreRun(ready, { run: `${seed}`, records, span, truth })).outcomes);
}
const rows = resultRows(outcomes);

describe.each(anomalies)('%s', anomaly => {
  const recalls = (role: string, intensity: string) =>
    rows
      .filter(row => row.anomaly === anomaly && row.role === role && row.variant === 'all')
      .filter(row => row.intensity === intensity)
      .map(({ recall }) => recall ?? 0);
  const best = (intensity: string) => Math.max(...recalls('baseline', intensity));

  // 24 labels an intensity: the standard error of a recall of 0.6 is 0.1.
  test('a baseline finds what is blatant, and at least 80 % of what is moderate', () => {
    expect(best('blatant')).toBeGreaterThanOrEqual(0.95);
    expect(best('moderate')).toBeGreaterThanOrEqual(0.8);
  });

  test('of what is subtle the best baseline finds at most 60 %, the trees much more', () => {
    expect(best('subtle')).toBeLessThanOrEqual(0.6);
    expect(Math.min(...recalls('learner', 'subtle'))).toBeGreaterThanOrEqual(0.75);
  });
});
