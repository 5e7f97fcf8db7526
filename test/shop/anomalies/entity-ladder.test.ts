import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readModels } from '../../../src/app/experiment/evaluate-seeds.ts';
import { simulatedRun } from '../../../src/app/experiment/simulated-run.ts';
import { loadedDetectors } from '../../../src/lab/detectors/detect.ts';
import { resultRows } from '../../../src/lab/evaluation/result-rows.ts';
import { scoreRun } from '../../../src/lab/evaluation/score-run.ts';
import { readScenario } from '../../../src/shop/scenarios/read-scenario.ts';
import { type ResolvedScenario, resolveScenario } from '../../../src/shop/scenarios/resolve-scenario.ts';
import { leaveOutTraceless } from '../../../src/shop/simulation/leave-out.ts';

// These seeds are used for nothing else. A test run holds both anomalies, in every variant and intensity.
const seeds = [830_209, 830_210, 830_211, 830_212, 830_213, 830_214, 830_215, 830_216];
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

// The models that ship: trained and calibrated on other seeds.
const models = anomalies
  .flatMap(anomaly => readModels(join('models', anomaly), anomaly))
  .filter(({ detector: { role } }) => role === 'learner' || role === 'baseline');
const outcomes = [];
for (const seed of seeds) {
  const { records, truth, span } = await runOf(resolved(seed, all));
  const ready = await loadedDetectors(models);
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
