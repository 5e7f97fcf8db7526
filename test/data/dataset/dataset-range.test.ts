import { expect, test } from 'vitest';
import { datasetIn, readDataset } from '../../../src/data/dataset/read-dataset.ts';
import { readRunTruth, spanOf } from '../../../src/lab/evaluation/dataset-truth.ts';

const [noon, evening] = [Date.parse('2026-03-02T12:00:00Z'), Date.parse('2026-03-02T18:00:00Z')];

test('datasetIn gives the records of the range, its end excluded, and the truth that reaches into it', async () => {
  const whole = await readDataset('datasets/sample');
  const part = datasetIn(whole, { fromMs: noon, toMs: evening });
  const times: number[] = [];
  for await (const batch of part.records()) times.push(...batch.map(({ timeMs }) => timeMs));
  expect(times.length).toBeGreaterThan(100);
  expect(Math.min(...times)).toBeGreaterThanOrEqual(noon);
  expect(Math.max(...times)).toBeLessThan(evening);
  expect(spanOf(part)).toEqual({ startMs: noon, endMs: evening });
  const { labels } = await readRunTruth(whole);
  const kept = labels.filter(({ start, effect_end }) => Date.parse(start) < evening && Date.parse(effect_end) >= noon);
  expect(kept.length).toBeLessThan(labels.length);
  expect((await readRunTruth(part)).labels).toEqual(kept);
});

test('datasetIn leaves the dataset as it is without a range, and takes one end only', async () => {
  const whole = await readDataset('datasets/sample');
  expect(datasetIn(whole, {})).toBe(whole);
  expect(spanOf(datasetIn(whole, { fromMs: noon }))).toEqual({ ...spanOf(whole), startMs: noon });
  expect(spanOf(datasetIn(whole, { toMs: evening, fromMs: 0 }))).toEqual({ ...spanOf(whole), endMs: evening });
});

test('datasetIn refuses a range in which there is nothing', async () => {
  const whole = await readDataset('datasets/sample');
  expect(() => datasetIn(whole, { toMs: noon - 86_400_000 })).toThrow(
    /Cannot read datasets\/sample from .*: it has nothing there, expected a range in 2026-03-02T00:00:00.000Z to 2026-03-04/,
  );
  expect(() => datasetIn(whole, { fromMs: evening, toMs: noon })).toThrow(
    /Cannot read datasets\/sample from .*: --from is not before --to, expected a range in 2026-03-02T00:00:00.000Z/,
  );
});
