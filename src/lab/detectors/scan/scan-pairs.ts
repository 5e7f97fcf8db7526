import { isDeepStrictEqual } from 'node:util';
import { channelPairs } from './channel-pairs.ts';
import { firstPair, fitScan, type ScanCells, type ScanRatios } from './fit-scan.ts';
import type { ChannelPair, ScanSeries, ScanWindow } from './scan-spans.ts';
import { type ScanStatistics, scanStatistics } from './scan-statistics.ts';

// Pairs of channels are compared with each other, not with a forecast: all detectors of a scan learn and see the same of them.

/** The pairs of a series with what is learnt of them, by length and pair. */
type LearntPairs = { readonly pairs: readonly ChannelPair[]; readonly cells: ScanCells; readonly ratios: ScanRatios };

/** Detectors of one anomaly learn from the same windows, one after the other. */
let last: { readonly from: unknown; readonly learnt: LearntPairs } | undefined;

/** Finds the pairs of a series, and learns their cells as `fitScan`. */
export function learnPairs(
  streams: readonly (readonly ScanWindow[])[],
  { windowMs, channels, lengths }: Omit<ScanSeries, 'pairs'>,
  skipped: number,
): LearntPairs {
  const counted = streams.map(stream => stream.map(({ counts }) => ({ counts, forecast: [] })));
  const from = { counted, windowMs, channels, lengths, skipped };
  if (last !== undefined && isDeepStrictEqual(last.from, from)) return last.learnt;
  const length = lengths[Math.floor(lengths.length / 2)] ?? 1;
  const pairs = channelPairs(
    counted.map(stream => stream.slice(skipped)),
    { channels, length },
  );
  const learnt = { pairs, ...fitScan(counted, { windowMs, channels, lengths, columns: [], pairs }, skipped) };
  last = { from, learnt };
  return learnt;
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
