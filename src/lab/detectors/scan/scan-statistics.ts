import { deficitShareOf, type ScanCells, spanMean, spanRatio, spanZ } from './fit-scan.ts';
import type { ScanSeries, ScanWindow } from './scan-series.ts';
import { type IsRead, scanSpans } from './scan-spans.ts';

/** How far a column, alone or given another, or a pair lies from its expectation over the last `windows` windows. */
export type SpanDeviation = {
  /** Index of the column; given columns come after the columns, then pairs. */
  readonly column: number;
  readonly windows: number;
  readonly count: number;
  readonly expected: number;
  /** See `spanZ`. */
  readonly z: number;
  /** See `spanRatio`. */
  readonly ratio: number;
};

/** The statistics of a window: one entry for each length that the stream is long enough for, and each column. */
export type ScanStatistics = readonly SpanDeviation[];

/**
 * Follows a stream window by window, without a look ahead.
 *
 * @param isRead as of `scanSpans`; columns that are not read have no statistics
 */
export function scanStatistics(
  series: ScanSeries,
  cells: ScanCells,
  isRead?: IsRead,
): (window: ScanWindow) => ScanStatistics {
  const follow = scanSpans(series, isRead);
  const deficitShares = cells[0]?.map((_, column) => deficitShareOf(series, column)) ?? [];
  return window => {
    const statistics: SpanDeviation[] = [];
    follow(window, ({ count, forecast, inputs }, column, length) => {
      const cell = cells[length]?.[column];
      if (cell === undefined) return;
      const expected = spanMean(forecast, inputs, cell.coefficients);
      const z = spanZ(count, expected, cell, deficitShares[column] ?? 1);
      const windows = series.lengths[length] ?? 1;
      statistics.push({ column, windows, count, expected, z, ratio: spanRatio(z, cell) });
    });
    return statistics;
  };
}
