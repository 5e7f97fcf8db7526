import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { JobPool } from '../../../src/app/experiment/job-pool.ts';
import { testRun } from '../../../src/app/experiment/plan.ts';
import { simulatedRun } from '../../../src/app/experiment/simulated-run.ts';
import { sweepScenario, sweepSeeds } from '../../../src/app/experiment/sweep.ts';
import { openWorkCache } from '../../../src/app/experiment/work-cache.ts';
import { detectableAnomalies } from '../../../src/lab/detectors/registry.ts';
import { statedZ } from '../../../src/lab/evaluation/label-visibility.ts';
import { readScenario } from '../../../src/shop/scenarios/read-scenario.ts';
import { anomaly, scenarioFor } from '../../support/run-scenario.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

test.each(detectableAnomalies)(
  'sweepScenario: %s has each variant at each strength, some of them in each run',
  async name => {
    const shipped = await readScenario(name);
    const scenario = sweepScenario(shipped, name);
    const variants = new Set(shipped.anomalies.map(({ variant }) => variant));
    const kinds = new Set(scenario.anomalies.map(({ variant, strength }) => `${variant} ${strength}`));
    const strengths = new Set(scenario.anomalies.map(({ strength }) => strength));
    expect(kinds.size).toBe(variants.size * strengths.size);
    expect(scenario.anomalies).toHaveLength(kinds.size);
    const seeds = Array.from({ length: kinds.size }, (_, index) => 820101 + index);
    const planned = seeds.flatMap(seed => testRun({ ...scenario, seed }).anomalies.map(({ id }) => id));
    expect(new Set(planned).size).toBe(kinds.size);
  },
);

test('a strength replaces the intensity: z for the whole shop', async () => {
  const surge = { anomaly: 'workload-shape', variant: 'demand-surge', at: '1d14h', duration: '4h' };
  const zOf = async (strength: number) => {
    const scenario = await scenarioFor('clean', { days: 3, anomalies: [anomaly({ id: 'surge', ...surge, strength })] });
    const [label] = simulatedRun(scenario).truth.labels;
    return (label === undefined ? null : statedZ(label)) ?? 0;
  };
  expect(Math.abs((await zOf(3)) / 3 - 1)).toBeLessThan(0.1);
  expect(Math.abs((await zOf(8)) / 8 - 1)).toBeLessThan(0.1);
});

test('a strength multiplies the size of an anomaly of users or products', async () => {
  const scam = { anomaly: 'price-error', variant: 'lost-decimal', at: '1d9h', duration: '4h' };
  const exploitersAt = async (strength: number) => {
    const anomalies = [anomaly({ ...scam, intensity: 'moderate', strength })];
    return simulatedRun(await scenarioFor('clean', { days: 3, anomalies })).truth.labels[0]?.parameters.exploiters;
  };
  expect(await exploitersAt(0.2)).toBeLessThan(8);
  expect(await exploitersAt(3)).toBeGreaterThan(25);
});

test('sweepSeeds: programs of others score the same runs, except those that failed before', async () => {
  const dir = temporaryDirectory();
  const calls = join(dir, 'calls');
  writeFileSync(calls, '');
  const program = (name: string, end: string) => {
    const script = `echo ${name} $1 >> ${calls}; while test $# -gt 1; do shift; done; test -d "$1" || : > "$1"; ${end}`;
    writeFileSync(join(dir, `${name}.sh`), script);
    return { name, command: `sh ${join(dir, `${name}.sh`)}` };
  };
  const detectors = [program('fine', 'exit 0'), program('late', 'test -d "$1"'), program('failed', 'exit 1')];
  // Nothing is simulated.
  const pool: JobPool = {
    run: async (name, input) => {
      const { out = '', run = '', detector = '' } = input as { out?: string; run?: string; detector?: string };
      if (name === 'tallyExternal') return { windowMs: 3_600_000, days: 22, runs: [[]] } as never;
      if (name === 'scoreExternal') return { outcome: { run, detector }, unknown: [] } as never;
      if (name !== 'recordDataset') return { outcomes: [{ run, detector: 'ours' }], leftOut: [] } as never;
      mkdirSync(out, { recursive: true });
      copyFileSync('datasets/sample/manifest.json', join(out, 'manifest.json'));
      writeFileSync(join(out, 'events.csv'), '');
      return undefined as never;
    },
    close: async () => undefined,
  };
  const { signal } = new AbortController();
  const work = { seeds: [820101, 820102], pool, cache: openWorkCache(join(dir, 'cache')), signal };
  const { swept, failures } = await sweepSeeds(
    new Map([['price-error', []]]),
    {
      ...{ ...work, onStage: () => undefined },
      external: { detectors, dir, withLabels: false, timeoutMs: 60_000, onLine: () => undefined },
    },
    [{ anomaly: 'price-error', name: 'failed', message: 'it ended with 1' }],
  );
  expect(swept.map(({ outcomes }) => outcomes.map(({ run, detector }) => `${run} ${detector}`))).toEqual([
    ['sweep/price-error/820101 ours', 'sweep/price-error/820101 fine'],
    ['sweep/price-error/820102 ours', 'sweep/price-error/820102 fine'],
  ]);
  expect(failures).toMatchObject([{ anomaly: 'price-error', name: 'late' }]);
  const called = readFileSync(calls, 'utf8').split('\n');
  expect(called.filter(call => call === 'fine score')).toHaveLength(12);
  expect(called.filter(call => call.startsWith('failed'))).toEqual([]);
});
