import { expect, test } from 'vitest';
import { readDataset } from '../../../src/data/dataset/read-dataset.ts';
import { readEventsIn } from '../../../src/data/dataset/read-events-in.ts';

const hourMs = 3_600_000;

test('readEventsIn gives what a whole reading gives between two moments', async () => {
  const dataset = await readDataset('datasets/sample');
  const all: { readonly id: string; readonly timeMs: number }[] = [];
  for await (const batch of dataset.records()) all.push(...batch);
  const [first, last] = [all[0]?.timeMs ?? 0, all.at(-1)?.timeMs ?? 0];
  const middle = all[Math.floor(all.length / 2)]?.timeMs ?? 0;
  const ranges = [
    [first - hourMs, first + 1],
    [first + 5 * hourMs, first + 9 * hourMs],
    [middle, middle + 1],
    [middle + 1, middle + hourMs],
    [last, last + hourMs],
    [last + 1, last + hourMs],
  ] as const;
  for (const [from, to] of ranges) {
    const found = (await readEventsIn(dataset, from, to)).map(({ id }) => id);
    expect(found).toEqual(all.filter(({ timeMs }) => timeMs >= from && timeMs < to).map(({ id }) => id));
  }
  expect((await readEventsIn(dataset, middle, middle + 1)).length).toBeGreaterThan(0);
});
