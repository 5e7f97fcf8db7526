import type { Unit } from '../../features/feature-set.ts';
import type { ForecastBand } from '../detector.ts';
import { type ScanCells, spanMean } from './fit-scan.ts';
import { columnCounts, type ScanSeries } from './scan-series.ts';
import { scanSpans } from './scan-spans.ts';

/** Half the width of a band [standard deviations]. */
const halfWidth = 3;

/** Forecasts with their bands, for a picture. The band lies around the forecast at the level before the window, which is what a scan compares with. */
export function scanBands(
  units: readonly Unit[],
  options: {
    readonly forecastOf: (unit: Unit) => readonly number[];
    readonly series: Omit<ScanSeries, 'pairs'>;
    readonly cells: ScanCells;
  },
): readonly ForecastBand[] {
  const { forecastOf, series, cells } = options;
  const follow = scanSpans({ ...series, given: [], lengths: [1], pairs: [] });
  return units.flatMap(unit => {
    const forecast = forecastOf(unit);
    const counts = columnCounts(unit.features, series);
    const bands: ForecastBand[] = [];
    follow({ counts: unit.features, forecast }, (span, column) => {
      const cell = cells[0]?.[column];
      const mean = cell === undefined ? span.forecast : spanMean(span.forecast, span.inputs, cell.coefficients);
      const half =
        halfWidth * Math.sqrt((cell?.dispersion ?? 1) * (mean + 0.375) + (cell?.relative ?? 0) * mean * mean);
      bands.push({
        startMs: unit.startMs,
        channel: series.columns[column] ?? '',
        actual: counts[column] ?? 0,
        forecast: span.forecast,
        low: Math.max(0, mean - half),
        high: mean + half,
      });
    });
    return bands;
  });
}
