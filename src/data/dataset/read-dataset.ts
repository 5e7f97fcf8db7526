import { join } from 'node:path';
import { type CqshopError, cannot } from '../../base/errors.ts';
import { shippedUnlessThere } from '../../base/shipped-path.ts';
import { statIfThere } from '../../base/stat-if-there.ts';
import { rfc3339 } from '../../base/time.ts';
import { checkedCounts } from './checked-counts.ts';
import { datasetFiles, type Manifest, readManifest } from './manifest.ts';
import { eventsPath, isPacked } from './packed-events.ts';
import { readEvents } from './read-events.ts';
import type { EventRecord } from './record.ts';

/** From one moment up to another one, without it [ms since the epoch]; undefined where the dataset begins or ends. */
export type DatasetRange = { readonly fromMs?: number | undefined; readonly toMs?: number | undefined };

/** A finished dataset, opened. It gives events only; the truth is read by `read-truth.ts`, which detectors must not import. */
export type Dataset = {
  readonly dir: string;
  readonly manifest: Manifest;
  /** True if what is read is compared with the manifest. */
  readonly isVerified: boolean;
  /** What is read of it; undefined for the whole. */
  readonly range?: DatasetRange;
  /**
   * The events in dataset order, in batches; may be called again.
   * @throws DATASET_CORRUPT when the file is not what the manifest says (known at the latest when the last batch was read)
   */
  readonly records: () => AsyncIterable<readonly EventRecord[]>;
};

/**
 * Opens a dataset: its manifest is checked and every file must have the size it states. `datasets/sample` is always there: it comes with cqshop.
 *
 * @param options.verify compare sizes, SHA-256, counts and offsets with the manifest; default true
 * @throws DATASET_NOT_FOUND when there is none, or it is unfinished; DATASET_CORRUPT when it is damaged
 */
export async function readDataset(given: string, options: { readonly verify?: boolean } = {}): Promise<Dataset> {
  const dir = shippedUnlessThere(given);
  const verify = options.verify ?? true;
  const manifest = readManifest(dir);
  const path = eventsPath(dir);
  // The size of a packed file is not known; that of its content is checked when it is read.
  for (const name of datasetFiles)
    if (name !== 'events.csv' || !isPacked(path)) checkSize(dir, name, verify ? manifest.files[name].bytes : undefined);
  return {
    dir,
    manifest,
    isVerified: verify,
    records: () =>
      verify ? checkedCounts(readEvents(path, manifest.files['events.csv']), dir, manifest) : readEvents(path),
  };
}

/**
 * A part of a dataset: only the records in the range are given, though the whole file is read and checked.
 *
 * @throws USAGE when the dataset has nothing in the range
 */
export function datasetIn(dataset: Dataset, range: DatasetRange): Dataset {
  const { fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY } = range;
  if (range.fromMs === undefined && range.toMs === undefined) return dataset;
  const { start, end } = dataset.manifest;
  if (fromMs >= toMs || fromMs >= Date.parse(end) || toMs <= Date.parse(start)) throw nothingIn(dataset, range);
  return {
    ...dataset,
    range,
    records: async function* () {
      for await (const batch of dataset.records()) {
        yield batch.filter(({ timeMs }) => timeMs >= fromMs && timeMs < toMs);
      }
    },
  };
}

/** The error for a range in which a dataset has nothing. */
export function nothingIn(
  { dir, manifest: { start, end } }: { readonly dir: string; readonly manifest: Pick<Manifest, 'start' | 'end'> },
  range: DatasetRange,
): CqshopError {
  const { fromMs = Date.parse(start), toMs = Date.parse(end) } = range;
  const isBackwards = range.fromMs !== undefined && range.toMs !== undefined && fromMs >= toMs;
  return cannot('USAGE', `read ${dir} from ${rfc3339(fromMs)} to ${rfc3339(toMs)}`)(
    isBackwards ? '--from is not before --to' : 'it has nothing there',
    `a range in ${start} to ${end}`,
  );
}

/** @throws DATASET_CORRUPT when a file is missing or has another size than the expected one */
export function checkSize(dir: string, name: string, expected: number | undefined): void {
  const found = statIfThere(join(dir, name))?.size;
  if (found !== undefined && (expected === undefined || found === expected)) return;
  const what = found === undefined ? `${name} is missing` : `${name} has ${found} bytes`;
  const wanted = expected === undefined ? 'the file' : `${expected} bytes as in manifest.json`;
  throw cannot('DATASET_CORRUPT', `open dataset ${dir}`)(what, wanted);
}
