import { cannot } from '../../base/errors.ts';
import { dayMs, type Span } from '../../base/time.ts';
import { type DatasetRange, nothingIn } from '../dataset/read-dataset.ts';
import { openSeries, type SeriesDataset } from './read-series.ts';

/** A series dataset, or a part of it. */
export type SeriesData = SeriesDataset & Span;

/** The channels of a series dataset with their periods [ms]; one with a single sample lasts a day. */
export function channelsOf({ manifest }: SeriesData): readonly { readonly id: string; readonly periodMs: number }[] {
  return manifest.channels.map(({ id, periodMs }) => ({ id, periodMs: periodMs ?? dayMs }));
}

/** The longest period of some channels [ms]. */
export function longestPeriodMs(channels: readonly { readonly periodMs: number }[]): number {
  return Math.max(...channels.map(({ periodMs }) => periodMs));
}

/** @throws DATASET_CORRUPT; USAGE when it has nothing in the range */
export function seriesIn(dir: string, range: DatasetRange = {}): SeriesData {
  const series = openSeries(dir);
  const { manifest } = series;
  const startMs = Math.max(Date.parse(manifest.start), range.fromMs ?? Number.NEGATIVE_INFINITY);
  const endMs = Math.min(Date.parse(manifest.end), range.toMs ?? Number.POSITIVE_INFINITY);
  if (manifest.start === manifest.end)
    throw cannot('USAGE', `read ${dir}`)(`all its samples are at ${manifest.start}`, 'samples at two times or more');
  if (startMs >= endMs) throw nothingIn(series, range);
  return {
    ...series,
    startMs,
    endMs,
    async *rows() {
      for await (const row of series.rows()) if (row.timeMs >= startMs && row.timeMs < endMs) yield row;
    },
  };
}
