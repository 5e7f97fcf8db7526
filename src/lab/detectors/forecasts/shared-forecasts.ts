import { createHash } from 'node:crypto';
import { dayMs } from '../../../base/time.ts';
import { memoryDays, type SeriesWindow } from '../../features/series-memory.ts';

/** Gives the forecast of each window of a stream, window after window. */
export type FollowForecast = (window: SeriesWindow) => readonly number[];

/** The forecasts of one stream, by what they were learnt from: detectors that forecast the same share them. */
export type SharedForecasts = Map<string, Promise<FollowForecast>>;

/**
 * The forecast of a stream, which another detector of this stream may have made.
 *
 * @param parts all that the forecast depends on, beside the stream
 */
export function sharedForecast(
  shared: SharedForecasts,
  parts: readonly (string | Uint8Array | undefined)[],
  make: () => Promise<FollowForecast>,
): Promise<FollowForecast> {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part?.length} `).update(part ?? '');
  const key = hash.digest('hex');
  const known = shared.get(key) ?? make().then(remembered);
  shared.set(key, known);
  return known;
}

/** Gives a window that was asked for before what it got then; one detector may be some windows ahead of another. */
function remembered(follow: FollowForecast): FollowForecast {
  const forecasts = new Map<number, readonly number[]>();
  return window => {
    const known = forecasts.get(window.startMs) ?? follow(window);
    forecasts.set(window.startMs, known);
    forecasts.delete(window.startMs - memoryDays * dayMs);
    return known;
  };
}
