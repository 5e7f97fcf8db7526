import { createHash } from 'node:crypto';
import type { SeriesWindow } from '../features/series-memory.ts';
import type { ScanStatistics } from './scan/scan-statistics.ts';

/** Follows a stream, window after window. */
type Follow<Result> = (window: SeriesWindow) => Result;

/** What follows one stream, by a hash of all that it depends on. */
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
 * @param options.parts all that it depends on, beside the stream
 * @param options.keptMs how long results are kept: as far as one detector may be ahead of another. Whole windows.
 */
export function sharedFollower<Result>(
  known: Followers<Result>,
  { parts, keptMs }: { readonly parts: readonly (string | Uint8Array | undefined)[]; readonly keptMs: number },
  make: () => Promise<Follow<Result>>,
): Promise<Follow<Result>> {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part?.length} `).update(part ?? '');
  const key = hash.digest('hex');
  const follower = known.get(key) ?? make().then(follow => remembered(follow, keptMs));
  known.set(key, follower);
  return follower;
}

/** Gives a window that was asked for before what it got then. */
function remembered<Result>(follow: Follow<Result>, keptMs: number): Follow<Result> {
  const results = new Map<number, Result>();
  return window => {
    const known = results.get(window.startMs) ?? follow(window);
    results.set(window.startMs, known);
    results.delete(window.startMs - keptMs);
    return known;
  };
}
