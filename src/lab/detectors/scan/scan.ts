import type { SeriesFeatures } from '../../features/series-counts.ts';
import type { ForecastModel } from '../forecasts/forecast-model.ts';
import type { Judge } from './judge.ts';
import { givenColumns, type ScanFamily } from './scan-families.ts';
import type { ScanOptions } from './scan-model.ts';

/** What is scanned, for which deviations. */
export type Scan = {
  readonly anomaly: string;
  /** A series; its overdue reactions are read if it has them. */
  readonly features: SeriesFeatures;
  /** What is forecast: names of channels, and `total`. */
  readonly columns: readonly string[];
  readonly families: readonly ScanFamily[];
  /** Lengths of the tested spans, rising; at most 12 h. */
  readonly spansMs: readonly number[];
  /** As `ScanSeries.deficitShare`. */
  readonly deficitShare?: number;
  /** The budget of all detectors that scan it. */
  readonly falseAlarmsPerDay: number;
};

/** What a scanning detector is made of. */
export type ScanParts = {
  /** Of the detector. */
  readonly id: string;
  readonly features: SeriesFeatures;
  /** As `scanOptions`. */
  readonly series: ScanOptions;
  readonly forecast: ForecastModel;
  readonly judge: Judge;
};

/** The scan that a detector's options describe. */
export function scanOptions({ features, columns, families, spansMs, deficitShare = 1 }: Scan): ScanOptions {
  const { windowMs, channels } = features;
  const lengths = [...new Set(spansMs.map(spanMs => Math.max(1, Math.round(spanMs / windowMs))))];
  return { windowMs, channels, columns, families, lengths, deficitShare, given: givenColumns(families) };
}
