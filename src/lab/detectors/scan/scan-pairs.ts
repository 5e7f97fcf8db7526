import { isDeepStrictEqual } from 'node:util';
import { channelPairs } from './channel-pairs.ts';
import { firstPair, fitScan, type ScanCells, type ScanRatios } from './fit-scan.ts';
import type { ChannelPair, ScanSeries, ScanWindow } from './scan-series.ts';
import { type ScanStatistics, scanStatistics } from './scan-statistics.ts';

// Pairs of channels are compared with each other, not with a forecast: all detectors of a scan learn and see the same of them.

/** The pairs of a series with what is learnt of them, by length and pair. */
type LearntPairs = { readonly pairs: readonly ChannelPair[]; readonly cells: ScanCells; readonly ratios: ScanRatios };

/** What pairs are learnt from. */
type PairData = Pick<ScanSeries, 'windowMs' | 'channels' | 'lengths'> & {
  readonly streams: readonly (readonly ScanWindow[])[];
  readonly skipped: number;
};

/** Detectors of one anomaly learn from the same windows, one after the other. */
let last: { readonly from: PairData; readonly learnt: LearntPairs } | undefined;

/** As `learnPairs`, but keeps the last result, and the counts that it comes from, for the next detector. */
export function learnPairsOnce({ streams, windowMs, channels, lengths, skipped }: PairData): LearntPairs {
  const counted = streams.map(stream => stream.map(({ counts }) => ({ counts, forecast: [] })));
  const from = { streams: counted, windowMs, channels, lengths, skipped };
  if (last === undefined || !isDeepStrictEqual(last.from, from)) last = { from, learnt: learnPairs(from) };
  return last.learnt;
}

/** Finds the pairs of a series, and learns their cells as `fitScan`. */
export function learnPairs({ streams, windowMs, channels, lengths, skipped }: PairData): LearntPairs {
  const length = lengths[Math.floor(lengths.length / 2)] ?? 1;
  const pairs = channelPairs(
    streams.map(stream => stream.slice(skipped)),
    { channels, length },
  );
  return { pairs, ...fitScan(streams, { windowMs, channels, lengths, columns: [], pairs }, skipped) };
}

/** As `scanStatistics`, of the pairs alone. */
export function pairStatistics(
  series: ScanSeries,
  cells: ScanCells,
): (window: Pick<ScanWindow, 'counts'>) => ScanStatistics {
  const first = firstPair(series);
  const ofPairs = cells.map(ofLength => ofLength.slice(first));
  const follow = scanStatistics({ ...series, columns: [], given: [] }, ofPairs);
  return ({ counts }) => follow({ counts, forecast: [] }).map(each => ({ ...each, column: first + each.column }));
}
