import { totalOf } from '../../features/series-channels.ts';
import type { Series } from '../../features/series-counts.ts';
import type { SeriesWindow } from '../../features/series-memory.ts';

/** A channel that follows another one, as indices of the channels, and how many of its messages come for one of its driver. */
export type ChannelPair = { readonly follower: number; readonly driver: number; readonly ratio: number };

/** A column that is compared with what is usual beside another one: registrations, given the visits of the same span. */
export type GivenColumn = {
  readonly column: string;
  readonly given?: string;
  /** A channel that is subtracted from it: visits, without those of a crowd. */
  readonly without?: string;
};

/** A series to be scanned, and over what. */
export type ScanSeries = Series & {
  /** What is compared with forecasts: names of channels, and `total`. */
  readonly columns: readonly string[];
  /** Columns that are compared given another one, beside the comparison with their forecasts alone. Default none. */
  readonly given?: readonly GivenColumn[];
  /** A deficit of a column is measured from this share of what was expected: ordinary days fall so low. Default 1. */
  readonly deficitShare?: number;
  /** Lengths of the tested spans [windows], rising. */
  readonly lengths: readonly number[];
  /** Channels that are compared with another one in the same span. */
  readonly pairs: readonly ChannelPair[];
};

/** The name of the column that counts all messages. */
export const totalColumn = 'total';

/** What a window counts per column. */
export function columnCounts(
  counts: readonly number[],
  { channels, columns }: Pick<ScanSeries, 'channels' | 'columns'>,
): readonly number[] {
  return columns.map(name =>
    name === totalColumn ? totalOf(counts, channels) : (counts[channels.names.indexOf(name)] ?? 0),
  );
}

/** A window of a series that counts columns in place of channels. */
export function windowInColumns(window: SeriesWindow, series: Pick<ScanSeries, 'channels' | 'columns'>): SeriesWindow {
  return { ...window, counts: columnCounts(window.counts, series) };
}

/** A window to be scanned: its counts per channel, and the forecast per column. */
export type ScanWindow = { readonly counts: readonly number[]; readonly forecast: readonly number[] };
