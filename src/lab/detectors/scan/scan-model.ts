import { z } from 'zod';
import { dayMs } from '../../../base/time.ts';
import { rowSchema, toRow } from '../forecasts/series-parameters.ts';
import { firstPair, fitScan, type ScanCell, type ScanCells } from './fit-scan.ts';
import { returnLevel } from './return-level.ts';
import { familyRatios, readByFamilies, type ScanFamily } from './scan-families.ts';
import { learnPairs, learnPairsOnce } from './scan-pairs.ts';
import type { ChannelPair, ScanSeries, ScanWindow } from './scan-series.ts';
import type { IsRead } from './scan-spans.ts';

/** What is learnt from clean days for a scan. */
export type ScanModel = {
  readonly pairs: readonly ChannelPair[];
  readonly cells: ScanCells;
  /** By family: what its strongest ratio reaches once in 22 days, times its margin. */
  readonly familyScales: readonly number[];
};

/** A scan of a series: without pairs, which are learnt. */
export type ScanOptions = Omit<ScanSeries, 'pairs'> & { readonly families: readonly ScanFamily[] };

/** The first day of a stream is not learnt from, since its level is not known. */
const scanWarmUpMs = dayMs;

/**
 * Learns a scan from forecasts of clean days that were made without these days.
 *
 * @param streams one list a stream, in the order of time
 * @param readsAll whether all statistics are read; default: those of the families, and what a picture shows
 * @returns the model, and what each family's score was in each window [windows × families], 1 for what it reaches once in 22 days
 */
export function fitScanModel(
  streams: readonly (readonly ScanWindow[])[],
  options: ScanOptions,
  { readsAll = false }: { readonly readsAll?: boolean } = {},
): { readonly model: ScanModel; readonly ratios: readonly (readonly number[])[] } {
  const { families, windowMs, channels, lengths } = options;
  const skipped = scanWarmUpMs / windowMs;
  const hasPairs = families.some(({ columns }) => columns === 'pairs');
  // A reference learns from many more runs, and nothing learns from them after it.
  const pairsOf = readsAll ? learnPairs : learnPairsOnce;
  const paired = hasPairs ? pairsOf({ streams, windowMs, channels, lengths, skipped }) : undefined;
  const series = { ...options, pairs: paired?.pairs ?? [] };
  const alone = fitScan(streams, { ...options, pairs: [] }, skipped, learntCells(series, families, readsAll));
  const cells = alone.cells.map((ofLength, index) => [...ofLength, ...(paired?.cells[index] ?? [])]);
  const ofCells = alone.ratios.map((ofLength, index) => [...ofLength, ...(paired?.ratios[index] ?? [])]);
  const scores = familyRatios(families, series, ofCells);
  // A column's return level is 1; the maximum over a family's columns reaches more than that.
  const familyScales = scores.map(
    (ofFamily, family) =>
      ((families[family]?.margin ?? 1) *
        returnLevel(
          ofFamily.map(ratio => usualOfColumn * ratio),
          dayMs / windowMs,
        )) /
      usualOfColumn,
  );
  const windows = Array.from({ length: ofCells[0]?.[0]?.length ?? 0 }, (_, window) => window);
  const ratios = windows.map(window =>
    scores.map((ofFamily, family) => (ofFamily[window] ?? 0) / (familyScales[family] ?? 1)),
  );
  return { model: { pairs: series.pairs, cells, familyScales }, ratios };
}

/** The cells that a model holds: those of the families, and those of the shortest spans, which a picture shows. */
function learntCells(series: ScanSeries, families: readonly ScanFamily[], readsAll: boolean): IsRead {
  const isOfFamily = readByFamilies(families, series);
  return (column, length) => readsAll || length === 0 || isOfFamily(column, length);
}

/** Ratios are turned into standard deviations by the return level of a column without a heavy tail. */
const usualOfColumn = 3.3;

const cellNumbers = 4;

/**
 * `ScanModel` as a model file holds it: a cell is dispersion, relative, high, low, then its coefficients; null if it was not learnt.
 *
 * @param readsAll as of `fitScanModel`: the cells that must be there
 */
export function scanModelSchema(series: ScanOptions, { readsAll = false }: { readonly readsAll?: boolean } = {}) {
  const { channels, lengths, families } = series;
  const channel = z
    .int()
    .min(0)
    .max(channels.names.length - 1);
  const cell = z.string().transform((text, context): ScanCell => {
    const numbers = text.split(' ').map(Number);
    const [dispersion = 0, relative = 0, high = 0, low = 0] = numbers;
    const isWhole =
      numbers.length > cellNumbers && numbers.every(Number.isFinite) && Math.min(dispersion, high, low) > 0;
    if (!isWhole) context.addIssue({ code: 'custom', message: 'expected the numbers of a cell' });
    return { dispersion, relative, high, low, coefficients: numbers.slice(cellNumbers) };
  });
  return z
    .object({
      pairs: z.array(z.object({ follower: channel, driver: channel, ratio: z.number().positive() })),
      cells: z.array(z.array(cell.nullable().transform(each => each ?? undefined))).length(lengths.length),
      familyScales: rowSchema(families.length),
    })
    .refine(({ pairs, cells }) => {
      const isLearnt = learntCells({ ...series, pairs }, families, readsAll);
      return cells.every(
        (ofLength, length) =>
          ofLength.length === firstPair(series) + pairs.length &&
          ofLength.every((each, column) => each !== undefined || !isLearnt(column, length)),
      );
    }, 'expected a cell for each column');
}

/** Undone by `scanModelSchema`. */
export function scanModelToParameters({
  pairs,
  cells,
  familyScales,
}: ScanModel): z.input<ReturnType<typeof scanModelSchema>> {
  const row = (cell: ScanCell | undefined) => {
    if (cell === undefined) return null;
    const { dispersion, relative, high, low, coefficients } = cell;
    return toRow([dispersion, relative, high, low, ...coefficients]);
  };
  return { pairs: [...pairs], cells: cells.map(ofLength => ofLength.map(row)), familyScales: toRow(familyScales) };
}
