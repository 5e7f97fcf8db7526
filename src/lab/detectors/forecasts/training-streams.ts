import { groupBy } from '../../../base/group-by.ts';
import { dayMs } from '../../../base/time.ts';
import { weekMs } from '../../features/series-calendar.ts';
import { contiguousStreams, memoryDays, type SeriesWindow, windowOf } from '../../features/series-memory.ts';
import type { TrainingUnit } from '../detector.ts';
import { trainingImpossible } from '../parameters.ts';

/** Days that a stream needs for training: every weekday has occurred, and one of them twice. */
export const leastDays = 8;
/** The longest gap that is closed. Gaps exist because training skips the windows near anomalies. */
const longestGapDays = 3;

/**
 * The training units as streams without gaps, each more than eight days long. A gap of up to three days is closed with what was counted
 * one week before, or after.
 *
 * @throws TRAINING_IMPOSSIBLE when no stream is long enough
 */
export function trainingStreams(
  detector: string,
  units: readonly TrainingUnit[],
  windowMs: number,
): readonly (readonly SeriesWindow[])[] {
  const streams = [...groupBy(units, ({ stream = 0 }) => stream).values()]
    .map(run => run.map(({ unit }) => windowOf(unit)))
    .flatMap(windows => contiguousStreams(closedGaps(windows, windowMs), windowMs))
    .filter(stream => stream.length * windowMs > leastDays * dayMs);
  if (streams.length > 0) return streams;
  throw trainingImpossible(
    detector,
    `no continuous part of the training data is longer than ${leastDays} days`,
    '22 days of clean data',
  );
}

function closedGaps(windows: readonly SeriesWindow[], windowMs: number): readonly SeriesWindow[] {
  const counts = new Map(windows.map(each => [each.startMs, each.counts]));
  const closed: SeriesWindow[] = [];
  for (const window of windows) {
    const previous = closed.at(-1);
    const gapMs = previous === undefined ? 0 : window.startMs - previous.startMs - windowMs;
    if (previous !== undefined && gapMs > 0 && gapMs <= longestGapDays * dayMs) {
      for (let startMs = previous.startMs + windowMs; startMs < window.startMs; startMs += windowMs) {
        const copied = counts.get(startMs - weekMs) ?? counts.get(startMs + weekMs) ?? previous.counts;
        counts.set(startMs, copied);
        closed.push({ startMs, counts: copied });
      }
    }
    closed.push(window);
  }
  return closed;
}

/** The last 22 days of the last stream: what a forecaster remembers. */
export function lastDays(streams: readonly (readonly SeriesWindow[])[], windowMs: number): readonly SeriesWindow[] {
  return (streams.at(-1) ?? []).slice(-(memoryDays * dayMs) / windowMs);
}
