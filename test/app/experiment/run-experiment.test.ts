import { mkdirSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import type { JobPool } from '../../../src/app/experiment/job-pool.ts';
import type { DetectorName } from '../../../src/app/experiment/jobs.ts';
import { type PortableModel, portable } from '../../../src/app/experiment/portable-model.ts';
import { runExperiment } from '../../../src/app/experiment/run-experiment.ts';
import { CqshopError } from '../../../src/base/errors.ts';
import { placeOfModel, readModel } from '../../../src/lab/detectors/model-files.ts';
import { detectorFor, detectors } from '../../../src/lab/detectors/registry.ts';
import { readScenario } from '../../../src/shop/scenarios/read-scenario.ts';
import type { Scenario } from '../../../src/shop/scenarios/scenario.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

/** A pool whose training gives the models that come with cqshop; it has no results of clean days. */
function poolOfKnownModels(jobs: string[]): JobPool {
  const ends = new CqshopError('USAGE', 'the clean days are scored');
  const results: Record<string, (input: never) => unknown> = {
    recordRun: ({ broker }: { broker: string }) => {
      mkdirSync(broker, { recursive: true });
      return { leftOut: [] };
    },
    recordUnits: () => ({ leftOut: [] }),
    trainOnUnits: ({ detectors: names }: { detectors: readonly DetectorName[] }) =>
      names.map(({ anomaly, id }) =>
        portable(readModel(join('models', placeOfModel(detectorFor(anomaly, id))), detectors)),
      ),
    probeModels: ({ models }: { models: unknown }) => models,
    collectAndScore: ({ models }: { models: readonly PortableModel[] }) =>
      [...new Set(models.map(({ description }) => description.anomaly))].map(anomaly => ({ anomaly })),
  };
  return {
    run: async (name, input) => {
      const { dataset, isKept } = input as { readonly dataset?: string; readonly isKept?: boolean };
      jobs.push(dataset === undefined ? name : `${name} ${basename(dataset)} ${isKept ? 'kept' : 'discarded'}`);
      const result = results[name];
      if (result === undefined) throw ends;
      return result(input as never) as never;
    },
    close: () => Promise.resolve(),
  };
}

function experimentWith(scenarios: readonly Scenario[], given: { fromScratch: boolean; keepsDatasets: boolean }) {
  const dir = temporaryDirectory();
  const jobs: string[] = [];
  const notes: string[] = [];
  const shipped = scenarios.map(scenario => ({ ...scenario, isShipped: true }));
  const running = runExperiment(shipped, {
    ...{ ...given, dir, pool: poolOfKnownModels(jobs), signal: new AbortController().signal },
    ...{ onStage: () => undefined, onNote: () => undefined, onKnownThresholds: () => notes.push('known') },
  });
  return { running, jobs, notes, dir };
}

test('runExperiment takes known thresholds, scores each test run, and leaves no broker', async () => {
  const names = ['stock-exhaustion', 'price-error'];
  const { running, jobs, notes, dir } = experimentWith(await Promise.all(names.map(readScenario)), {
    fromScratch: false,
    keepsDatasets: true,
  });
  expect((await running).map(({ anomaly }) => anomaly)).toEqual(names);
  const after = jobs.slice(jobs.indexOf('probeModels') + 1);
  expect([...after].sort()).toEqual([
    'collectAndScore test-price-error kept',
    'collectAndScore test-stock-exhaustion kept',
  ]);
  expect(readdirSync(join(dir, 'datasets'))).toEqual([]);
  expect(notes).toEqual(['known']);
});

test('runExperiment says which datasets are not kept', async () => {
  const { running, jobs } = experimentWith([await readScenario('price-error')], {
    fromScratch: false,
    keepsDatasets: false,
  });
  await running;
  expect(jobs.slice(jobs.indexOf('probeModels') + 1)).toEqual(['collectAndScore test-price-error discarded']);
});

test('runExperiment scores the clean days if it is asked to', async () => {
  const { running, notes } = experimentWith([await readScenario('price-error')], {
    fromScratch: true,
    keepsDatasets: false,
  });
  await expect(running).rejects.toThrow('the clean days are scored');
  expect(notes).toEqual([]);
});

test('runExperiment gives the results of a scenario with two anomalies in the order of the anomalies', async () => {
  const [prices, stock] = [await readScenario('price-error'), await readScenario('stock-exhaustion')];
  const anomalies = [...prices.anomalies.slice(0, 1), ...stock.anomalies.slice(0, 1)];
  const { running } = experimentWith([{ ...prices, anomalies }], { fromScratch: false, keepsDatasets: false });
  expect((await running).map(({ anomaly }) => anomaly)).toEqual(['stock-exhaustion', 'price-error']);
});
