import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { JobPool } from '../../../src/app/experiment/job-pool.ts';
import type { DetectorName } from '../../../src/app/experiment/jobs.ts';
import { portable } from '../../../src/app/experiment/portable-model.ts';
import { runExperiment } from '../../../src/app/experiment/run-experiment.ts';
import { CqshopError } from '../../../src/base/errors.ts';
import { placeOfModel, readModel } from '../../../src/lab/detectors/model-files.ts';
import { detectorFor, detectors } from '../../../src/lab/detectors/registry.ts';
import { readScenario } from '../../../src/shop/scenarios/read-scenario.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

/** A pool whose training gives the models that come with cqshop, and that ends the experiment where models are used. */
function poolOfKnownModels(jobs: string[]): JobPool {
  const ends = new CqshopError('USAGE', 'the test ends here');
  const results: Record<string, (input: never) => unknown> = {
    recordDataset: () => ({ leftOut: [] }),
    recordUnits: () => ({ leftOut: [] }),
    trainOnUnits: ({ detectors: names }: { detectors: readonly DetectorName[] }) =>
      names.map(({ anomaly, id }) =>
        portable(readModel(join('models', placeOfModel(detectorFor(anomaly, id))), detectors)),
      ),
    probeModels: ({ models }: { models: unknown }) => models,
  };
  return {
    run: async (name, input) => {
      jobs.push(name);
      const result = results[name];
      if (result === undefined) throw ends;
      return result(input as never) as never;
    },
    close: () => Promise.resolve(),
  };
}

test.each([
  ['takes known thresholds', false, { scored: 'scoreDataset', notes: 1 }],
  ['scores the clean days if asked to', true, { scored: 'tallySimulated', notes: 0 }],
])('runExperiment %s', async (_, fromScratch, { scored, notes }) => {
  const jobs: string[] = [];
  let noted = 0;
  const running = runExperiment([{ ...(await readScenario('price-error')), isShipped: true }], {
    ...{ dir: temporaryDirectory(), pool: poolOfKnownModels(jobs), keepsDatasets: false, fromScratch },
    ...{ onStage: () => undefined, onNote: () => undefined, signal: new AbortController().signal },
    onKnownThresholds: () => {
      noted += 1;
    },
  });
  await expect(running).rejects.toThrow('the test ends here');
  expect(new Set(jobs.slice(jobs.indexOf('probeModels') + 1))).toEqual(new Set([scored]));
  expect(noted).toBe(notes);
});
