import type { ColumnOptions } from '../import/file-columns.ts';
import type { TimeStyle } from '../import/written-times.ts';

/** A stretch of time in a file of labels; both ends belong to it. */
export type Interval = {
  readonly startMs: number;
  readonly endMs: number;
  /** The channel that it is about; undefined for all. */
  readonly channel: string | undefined;
  /** The NAB's name of the data file that it is about. */
  readonly file: string | undefined;
};

/** How times are written, and what a labelled series calls its columns: of times, besides `timestamp` and `time`, and of channels, besides `channel`. */
export type IntervalOptions = TimeStyle & Pick<ColumnOptions, 'time' | 'by'>;
