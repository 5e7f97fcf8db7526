import { join } from 'node:path';
import { expect, test } from 'vitest';
import { simulatedRun } from '../../../src/app/experiment/simulated-run.ts';
import { readDataset } from '../../../src/data/dataset/read-dataset.ts';
import { readRunTruth } from '../../../src/lab/evaluation/dataset-truth.ts';
import { runCommand } from '../../support/fake-host.ts';
import { scenarioFor } from '../../support/run-scenario.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

test('simulatedRun: gives the records and the truth that a dataset of the run has', async () => {
  const dir = temporaryDirectory();
  const broker = ['--broker', `embedded:${join(dir, 'broker')}`, '--quiet'];
  const words = ['workload-shape', '--seed', '4', '--scale', '0.25'];
  expect(await runCommand(['simulate', ...words, ...broker])).toMatchObject({ exitCode: 0 });
  expect(await runCommand(['collect', '--out', join(dir, 'dataset'), ...broker])).toMatchObject({ exitCode: 0 });
  const dataset = await readDataset(join(dir, 'dataset'));
  const rows = [];
  for await (const batch of dataset.records()) rows.push(...batch);

  const { records, truth } = simulatedRun(await scenarioFor('workload-shape', { seed: 4, scale: 0.25 }));
  expect(records.flat().map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
  const { labels, nearMisses, caused } = await readRunTruth(dataset);
  expect(byId(truth.labels)).toEqual(byId(labels));
  expect(byId(truth.nearMisses)).toEqual(byId(nearMisses));
  expect(truth.caused).toEqual(caused);
});

function byId<Named extends { readonly id: string }>(all: readonly Named[]): readonly Named[] {
  return all.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}
