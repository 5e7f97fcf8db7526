import { type Dataset, readDataset } from '../data/dataset/read-dataset.ts';
import type { Io } from './io.ts';

/** Opens a dataset to train on, search or score. Warns if its run was cut off. @throws what `readDataset` does */
export async function openDataset(dir: string, io: Io): Promise<Dataset> {
  const dataset = await readDataset(dir);
  const { complete, scenario } = dataset.manifest;
  if (!complete && scenario !== null) {
    io.warn(`${dir} is not complete: the run was interrupted or had not ended; messages and labels may be missing`);
  }
  return dataset;
}
