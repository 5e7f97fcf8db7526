import { createHash } from 'node:crypto';
import { dayMs } from '../../base/time.ts';
import { memoryDays, type SeriesWindow } from '../features/series-memory.ts';
import type { ScanStatistics } from './scan/scan-statistics.ts';

/** Follows a stream, window after window. */
type Follow<Result> = (window: SeriesWindow) => Result;

/** What followed a stream so far, by what it was learnt from. */
type Followers<Result> = Map<string, Promise<Follow<Result>>>;

/** What detectors of one stream compute alike, and therefore share. */
export type Shared = {
  readonly forecasts: Followers<readonly number[]>;
  readonly pairs: Followers<ScanStatistics>;
};

export function nothingShared(): Shared {
  return { forecasts: new Map(), pairs: new Map() };
}

/**
 * What follows a stream, which another detector of this stream may have made.
 *
 * @param parts all that it depends on, beside the stream
 */
export function sharedFollower<Result>(
  known: Followers<Result>,
  parts: readonly (string | Uint8Array | undefined)[],
  make: () => Promise<Follow<Result>>,
): Promise<Follow<Result>> {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part?.length} `).update(part ?? '');
  const key = hash.digest('hex');
  const follower = known.get(key) ?? make().then(remembered);
  known.set(key, follower);
  return follower;
}

/** Gives a window that was asked for before what it got then; one detector may be some windows ahead of another. */
function remembered<Result>(follow: Follow<Result>): Follow<Result> {
  const results = new Map<number, Result>();
  return window => {
    const known = results.get(window.startMs) ?? follow(window);
    results.set(window.startMs, known);
    results.delete(window.startMs - memoryDays * dayMs);
    return known;
  };
}
