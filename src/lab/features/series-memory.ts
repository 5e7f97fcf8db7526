import type { Span } from '../../base/time.ts';
import type { Unit } from './feature-set.ts';
import { weekMs } from './series-calendar.ts';

/** One window of a series: its beginning, its counts per channel, and what was announced in it. */
export type SeriesWindow = {
  readonly startMs: number;
  readonly counts: readonly number[];
  readonly announced?: readonly Span[] | undefined;
};

/** The last days of a series, read by time. */
export type SeriesMemory = {
  readonly windowMs: number;
  readonly push: (window: SeriesWindow) => void;
  /** The counts of the window that begins at `startMs`; undefined if it is not remembered. */
  readonly at: (startMs: number) => readonly number[] | undefined;
  /** The remembered windows that begin before `endMs`, oldest first. */
  readonly before: (endMs: number) => readonly SeriesWindow[];
};

/** How many days a memory holds: the 22 that a model is trained on. */
export const memoryDays = 22;

/** Holds the newest `windows` windows; windows must be pushed in the order of time. */
export function seriesMemory(windowMs: number, windows: number): SeriesMemory {
  let kept: SeriesWindow[] = [];
  // By the windows since the oldest; a gap leaves places empty.
  let places: (readonly number[] | undefined)[] = [];
  const oldestMs = () => kept[0]?.startMs ?? 0;
  const placeOf = (startMs: number) => (startMs - oldestMs()) / windowMs;
  return {
    windowMs,
    push(window) {
      kept.push(window);
      const place = placeOf(window.startMs);
      while (places.length < place) places.push(undefined);
      places[place] = window.counts;
      if (kept.length < 2 * windows) return;
      const oldest = placeOf(kept.at(-windows)?.startMs ?? 0);
      kept = kept.slice(-windows);
      places = places.slice(oldest);
    },
    at: startMs => places[placeOf(startMs)],
    before(endMs) {
      let end = kept.length;
      while ((kept[end - 1]?.startMs ?? endMs - 1) >= endMs) end -= 1;
      return kept.slice(Math.max(0, end - windows), end);
    },
  };
}

/** The window that a unit of a series holds. */
export function windowOf({ startMs, features, announced }: Unit): SeriesWindow {
  return { startMs, counts: features, ...(announced === undefined ? {} : { announced }) };
}

/**
 * The windows moved by whole weeks, so that they end before `startMs` but as late as possible: the initial memory of a new stream. What was
 * announced in them ends before the stream, since it does not happen in it.
 */
export function movedBefore(
  windows: readonly SeriesWindow[],
  windowMs: number,
  startMs: number,
): readonly SeriesWindow[] {
  const last = windows.at(-1);
  if (last === undefined) return [];
  const shiftMs = Math.floor((startMs - (last.startMs + windowMs)) / weekMs) * weekMs;
  return windows.map(window => {
    const announced = (window.announced ?? [])
      .map(each => ({ startMs: each.startMs + shiftMs, endMs: Math.min(startMs, each.endMs + shiftMs) }))
      .filter(each => each.startMs < each.endMs);
    return { startMs: window.startMs + shiftMs, counts: window.counts, announced };
  });
}

/** Splits a list of windows where time is not contiguous: one list per stream. */
export function contiguousStreams(
  windows: readonly SeriesWindow[],
  windowMs: number,
): readonly (readonly SeriesWindow[])[] {
  const streams: SeriesWindow[][] = [];
  for (const window of windows) {
    const stream = streams.at(-1);
    const previous = stream?.at(-1);
    if (stream !== undefined && previous !== undefined && window.startMs === previous.startMs + windowMs)
      stream.push(window);
    else streams.push([window]);
  }
  return streams;
}
