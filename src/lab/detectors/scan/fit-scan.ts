import { dayMs } from '../../../base/time.ts';
import { ridge } from '../forecasts/ridge.ts';
import { type CountVariance, countResidual, fitCountVariance } from './count-residual.ts';
import { returnLevel } from './return-level.ts';
import type { ScanSeries, ScanWindow } from './scan-series.ts';
import { type IsRead, scanSpans } from './scan-spans.ts';
import { levelBounds } from './trailing-levels.ts';

/** What training knows of one column over spans of one length. */
export type ScanCell = CountVariance & {
  /** Of `ScanSpan.inputs`: how the level before a span carries over to it. */
  readonly coefficients: readonly number[];
  /** The excess and the deficit that training days exceed once in 22 days [standard deviations]. */
  readonly high: number;
  readonly low: number;
};

/** By length: the columns, the given columns, then the pairs; undefined where nothing was learnt. */
export type ScanCells = readonly (readonly (ScanCell | undefined)[])[];

/** A coefficient is believed to lie about so far from 0; the first one is a constant. */
const coefficientSd = 0.5;
const constantSd = 0.05;
/** Ratios of count to forecast are clipped before coefficients are fitted to them. */
const ratioBounds = { least: 0.5, most: 1.6 } as const;

/** By length and column: the ratio (see `SpanDeviation`) of each window, in the order of the streams; none where nothing was learnt. */
export type ScanRatios = readonly (readonly (readonly number[])[])[];

/**
 * Learns the cells from forecasts of clean days that were made without these days.
 *
 * @param streams one list a stream, in the order of time
 * @param skipped windows at the beginning of each stream that are not learnt from, since no level is known there; no span may be longer
 * @param isLearnt as `isRead` of `scanSpans`
 * @returns the cells, and the ratios of the windows that they were learnt from
 */
export function fitScan(
  streams: readonly (readonly ScanWindow[])[],
  series: ScanSeries,
  skipped: number,
  isLearnt?: IsRead,
): { readonly cells: ScanCells; readonly ratios: ScanRatios } {
  const columns = firstPair(series) + series.pairs.length;
  const kept = series.lengths.map(() =>
    Array.from({ length: columns }, (): KeptSpans => ({ counts: [], forecasts: [], inputs: [] })),
  );
  for (const stream of streams) {
    const follow = scanSpans(series, isLearnt);
    for (const [index, window] of stream.entries()) {
      follow(window, ({ count, forecast, inputs }, column, length) => {
        const own = kept[length]?.[column];
        if (index < skipped || own === undefined) return;
        own.counts.push(count);
        own.forecasts.push(forecast);
        own.inputs.push(inputs);
      });
    }
  }
  const fitted = kept.map((ofLength, index) =>
    ofLength.map((spans, column) =>
      isLearnt?.(column, index) === false
        ? undefined
        : fitCell(spans, {
            overlapping: series.lengths[index] ?? 1,
            perDay: dayMs / series.windowMs,
            deficitShare: deficitShareOf(series, column),
          }),
    ),
  );
  return {
    cells: fitted.map(ofLength => ofLength.map(one => one?.cell)),
    ratios: fitted.map(ofLength => ofLength.map(one => one?.ratios ?? [])),
  };
}

/** Spans as lists of numbers: a million objects that live as long as the training would be copied again and again. */
type KeptSpans = {
  readonly counts: number[];
  readonly forecasts: number[];
  readonly inputs: (readonly number[])[];
};

/** The index of the first pair among what is scanned. */
export function firstPair({ columns, given = [] }: Pick<ScanSeries, 'columns' | 'given'>): number {
  return columns.length + given.length;
}

/** The share of what is expected from which a deficit is measured: of a pair, which follows its driver on every day, all. */
export function deficitShareOf(series: ScanSeries, column: number): number {
  return column < firstPair(series) ? (series.deficitShare ?? 1) : 1;
}

function fitCell(
  spans: KeptSpans,
  {
    overlapping,
    perDay,
    deficitShare,
  }: { readonly overlapping: number; readonly perDay: number; readonly deficitShare: number },
): { readonly cell: ScanCell; readonly ratios: readonly number[] } {
  const { counts, forecasts, inputs } = spans;
  const coefficients = fitCoefficients(spans, overlapping);
  const means = forecasts.map((forecast, index) => spanMean(forecast, inputs[index] ?? [], coefficients));
  // A follower that always answers its driver is steadier than Poisson counts, but one message that is missing is no outage.
  const variance = fitCountVariance(counts, means);
  const zs = counts.map((count, index) => spanZ(count, means[index] ?? 0, variance, deficitShare));
  const cell = {
    ...variance,
    coefficients,
    high: returnLevel(zs, perDay),
    low: returnLevel(
      zs.map(z => -z),
      perDay,
    ),
  };
  return { cell, ratios: zs.map(z => spanRatio(z, cell)) };
}

/** Standard deviations, above 0 for an excess, below 0 for a deficit; 0 from what was expected down to the deficit share of it. */
export function spanZ(count: number, expected: number, variance: CountVariance, deficitShare: number): number {
  if (count > expected) return countResidual(count, expected, variance);
  const least = deficitShare * expected;
  return count < least ? countResidual(count, least, variance) : 0;
}

/** z by what its column reaches once in 22 training days. */
export function spanRatio(z: number, { high, low }: Pick<ScanCell, 'high' | 'low'>): number {
  return z / (z > 0 ? high : low);
}

/** What is expected of a span: its forecast at the level before it. See `ScanSpan`. */
export function spanMean(forecast: number, inputs: readonly number[], coefficients: readonly number[]): number {
  let log = 0;
  for (let index = 0; index < inputs.length; index += 1) log += (inputs[index] ?? 0) * (coefficients[index] ?? 0);
  return forecast * Math.min(levelBounds.most, Math.max(levelBounds.least, Math.exp(log)));
}

/** Spans of one length overlap: each counts as one part in `overlapping`. */
function fitCoefficients({ counts, forecasts, inputs }: KeptSpans, overlapping: number): readonly number[] {
  const rows: { inputs: readonly number[]; target: number; weight: number }[] = [];
  let squares = 0;
  for (const [index, forecast] of forecasts.entries()) {
    if (forecast <= 0.5) continue;
    const target = Math.min(ratioBounds.most, Math.max(ratioBounds.least, (counts[index] ?? 0) / forecast)) - 1;
    squares += forecast * target ** 2;
    rows.push({ inputs: inputs[index] ?? [], target, weight: forecast });
  }
  const noise = Math.max(1, squares / Math.max(1, rows.length));
  for (const row of rows) row.weight /= noise * overlapping;
  const penalties = (inputs[0] ?? [1]).map((_, index) => (index === 0 ? constantSd : coefficientSd) ** -2);
  return ridge(rows, penalties);
}
