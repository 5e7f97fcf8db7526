import { momentOf } from '../base/moment.ts';
import { isCompact } from '../base/time-forms.ts';
import { type Dataset, datasetIn, readDataset } from '../data/dataset/read-dataset.ts';
import type { Io } from './io.ts';
import { invalid, type ParseOption } from './option-values.ts';
import { option, type ValuesOf } from './options.ts';

/** A time, in UTC unless it states an offset: '2026-03-02', '2026-03-02 14:30', '2026-03-02T14:30:00+01:00' [ms since the epoch]. */
const moment: ParseOption<number> = (value, flag) => {
  const parsed = isCompact(value) ? undefined : momentOf(value, 'UTC');
  if (parsed === undefined)
    throw invalid(flag, value, 'it is not a time', 'one such as 2026-03-02 or 2026-03-02T14:30:00Z');
  return parsed;
};

/** The options of a verb that reads a dataset, or a part of it. */
export const rangeOptions = {
  from: option('<time>', 'leave out what is before this time; UTC, unless it states an offset', moment),
  to: option('<time>', 'leave out this time and what is after it', moment),
};

/**
 * Opens a dataset to train on, search or score. Warns if its run was cut off.
 *
 * @throws what `readDataset` does, USAGE when it has nothing in the range
 */
export async function openDataset(
  dir: string,
  io: Io,
  { from, to }: Partial<ValuesOf<typeof rangeOptions>> = {},
): Promise<Dataset> {
  const dataset = await readDataset(dir);
  const { complete, scenario } = dataset.manifest;
  if (!complete && scenario !== null) {
    io.warn(`${dir} is not complete: the run was interrupted or had not ended; messages and labels may be missing`);
  }
  return datasetIn(dataset, { fromMs: from, toMs: to });
}
