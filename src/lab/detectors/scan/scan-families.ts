import type { SeriesChannels } from '../../features/series-channels.ts';
import { type ScanSeries, totalColumn } from './scan-spans.ts';
import type { ScanStatistics, SpanDeviation } from './scan-statistics.ts';

/** Statistics that stand for one purpose and one sign, and have a scale of their own: what is rare among deficits is common among excesses. */
export type ScanFamily = {
  readonly id: string;
  /** 1 for too many, -1 for too few. */
  readonly sign: 1 | -1;
  /** Names of columns; or all pairs of a follower and its driver. */
  readonly columns: readonly string[] | 'pairs';
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

/** Families for a series of which nothing is known: each sign of everything, and followers behind their drivers. */
export function plainFamilies(channels: Pick<SeriesChannels, 'names'>): readonly ScanFamily[] {
  const columns = plainColumns(channels);
  return [
    { id: 'high', sign: 1, columns },
    { id: 'low', sign: -1, columns },
    { id: 'behind', sign: -1, columns: 'pairs' },
  ];
}

/**
 * Picks each family's strongest statistic.
 *
 * @returns a function of the statistics of a window; families without a column never score
 */
export function familyScores(
  families: readonly ScanFamily[],
  { columns, pairs }: Pick<ScanSeries, 'columns' | 'pairs'>,
): (statistics: ScanStatistics) => readonly FamilyScore[] {
  const chosen = families.map(family => ({
    family,
    columns: new Set(
      family.columns === 'pairs'
        ? pairs.map((_, index) => columns.length + index)
        : family.columns.map(name => columns.indexOf(name)),
    ),
  }));
  return statistics =>
    chosen.map(({ family, columns: own }) => {
      let strongest: SpanDeviation | undefined;
      for (const deviation of statistics) {
        if (!own.has(deviation.column)) continue;
        if (strongest === undefined || family.sign * deviation.ratio > family.sign * strongest.ratio)
          strongest = deviation;
      }
      return { family, ratio: strongest === undefined ? 0 : family.sign * strongest.ratio, strongest };
    });
}
