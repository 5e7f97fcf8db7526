import type { SeriesChannels } from '../../features/series-channels.ts';
import { firstPair, type ScanRatios } from './fit-scan.ts';
import { type GivenColumn, type ScanSeries, totalColumn } from './scan-series.ts';
import type { IsRead } from './scan-spans.ts';
import type { ScanStatistics, SpanDeviation } from './scan-statistics.ts';

/** Statistics that stand for one purpose and one sign, and have a scale of their own: what is rare among deficits is common among excesses. */
export type ScanFamily = {
  readonly id: string;
  /** 1 for too many, -1 for too few. */
  readonly sign: 1 | -1;
  /** Names of columns, and columns given another one; or all pairs of a follower and its driver. */
  readonly columns: readonly (string | GivenColumn)[] | 'pairs';
  /** The shortest span that counts. Default: all. */
  readonly leastMs?: number;
  /** Its scale is so many times what it reaches once in 22 days. Above 1, for what grows for hours, it leaves more of the budget to the others. Default 1. */
  readonly margin?: number;
};

/** The strongest statistic of a family in a window; `ratio` is above 0 in the family's direction. */
export type FamilyScore = {
  readonly family: ScanFamily;
  readonly ratio: number;
  readonly strongest: SpanDeviation | undefined;
};

/** All channels as columns, and the total where there are several. */
export function plainColumns({ names }: Pick<SeriesChannels, 'names'>): readonly string[] {
  return names.length > 1 ? [...names, totalColumn] : names;
}

/** Families for a series about which nothing is known: each sign of everything, and followers behind their drivers. */
export function plainFamilies(channels: Pick<SeriesChannels, 'names'>): readonly ScanFamily[] {
  const columns = plainColumns(channels);
  return [
    { id: 'high', sign: 1, columns },
    { id: 'low', sign: -1, columns },
    { id: 'behind', sign: -1, columns: 'pairs' },
  ];
}

/** The given columns of some families, each once. */
export function givenColumns(families: readonly ScanFamily[]): readonly GivenColumn[] {
  const all = families.flatMap(({ columns }) => (columns === 'pairs' ? [] : columns));
  return [...new Set(all.filter(column => typeof column !== 'string'))];
}

/** The family with the highest ratio. */
export function strongestOf(scores: readonly FamilyScore[]): FamilyScore | undefined {
  return scores.reduce<FamilyScore | undefined>(
    (strongest, each) => (strongest === undefined || each.ratio > strongest.ratio ? each : strongest),
    undefined,
  );
}

/**
 * Picks each family's strongest statistic.
 *
 * @returns a function of the statistics of a window; families without a column never score
 */
export function familyScores(
  families: readonly ScanFamily[],
  series: FamilySeries,
): (statistics: ScanStatistics) => readonly FamilyScore[] {
  const chosen = families.map(family => ({ family, columns: columnsOf(family, series) }));
  return statistics =>
    chosen.map(({ family, columns: own }) => {
      let strongest: SpanDeviation | undefined;
      for (const deviation of statistics) {
        if (!own.has(deviation.column) || deviation.windows * series.windowMs < (family.leastMs ?? 0)) continue;
        if (strongest === undefined || family.sign * deviation.ratio > family.sign * strongest.ratio)
          strongest = deviation;
      }
      return { family, ratio: strongest === undefined ? 0 : family.sign * strongest.ratio, strongest };
    });
}

/** By family, the ratio of `familyScores` in each window that a scan was learnt from. */
export function familyRatios(
  families: readonly ScanFamily[],
  series: FamilySeries & Pick<ScanSeries, 'lengths'>,
  ratios: ScanRatios,
): readonly (readonly number[])[] {
  return families.map(family => {
    const columns = [...columnsOf(family, series)];
    const own = series.lengths.flatMap((length, index) =>
      length * series.windowMs < (family.leastMs ?? 0) ? [] : columns.map(column => ratios[index]?.[column] ?? []),
    );
    const strongest = new Array<number>(own[0]?.length ?? 0).fill(Number.NEGATIVE_INFINITY);
    for (const ofCell of own)
      for (const [window, ratio] of ofCell.entries())
        strongest[window] = Math.max(strongest[window] ?? 0, family.sign * ratio);
    return strongest;
  });
}

type FamilySeries = Pick<ScanSeries, 'columns' | 'given' | 'pairs' | 'windowMs'>;

/** What families read: their columns. */
export function readByFamilies(families: readonly ScanFamily[], series: FamilySeries): IsRead {
  const read = new Set(families.flatMap(family => [...columnsOf(family, series)]));
  return column => read.has(column);
}

function columnsOf(family: ScanFamily, series: FamilySeries): ReadonlySet<number> {
  const { columns, given = [], pairs } = series;
  const indexOf = (column: string | GivenColumn) =>
    typeof column === 'string' ? columns.indexOf(column) : columns.length + given.indexOf(column);
  return new Set(
    family.columns === 'pairs' ? pairs.map((_, index) => firstPair(series) + index) : family.columns.map(indexOf),
  );
}
