import { dayMs, hourMs } from '../../../base/time.ts';
import {
  memoryDays,
  movedBefore,
  type SeriesMemory,
  type SeriesWindow,
  seriesMemory,
} from '../../features/series-memory.ts';
import type { Forecast, Forecaster } from './forecasters.ts';
import { leastDays } from './training-streams.ts';

/** A window with a forecast that was made before it. */
export type ForecastWindow = { readonly window: SeriesWindow; readonly forecast: readonly number[] };

/** A new forecast is made so often. */
const refreshMs = 6 * hourMs;
/**
 * And used this long after it was made: as long as the longest span that is compared with forecasts, so that nothing that happens in a span
 * is in the forecast of it.
 */
const ageMs = 12 * hourMs;

/**
 * Forecasts a stream window by window, with nothing known but what was counted at least 12 hours before; in the first hours of a stream, before
 * its beginning.
 *
 * @param past stands in for the days before the stream
 */
export function forecastStream(
  forecaster: Forecaster,
  { windowMs, past }: { readonly windowMs: number; readonly past: readonly SeriesWindow[] },
): (window: SeriesWindow) => readonly number[] {
  let memory: SeriesMemory | undefined;
  const ahead: Forecast[number][] = [];
  return window => {
    if (memory === undefined) {
      memory = seriesMemory(windowMs, (memoryDays * dayMs) / windowMs);
      for (const each of movedBefore(past, windowMs, window.startMs)) memory.push(each);
    }
    if (ahead.length <= ageMs / windowMs) {
      const windows = (ageMs + refreshMs) / windowMs;
      ahead.push(...forecaster(memory, window.startMs, windows, ahead.length));
    }
    memory.push(window);
    return ahead.shift() ?? [];
  };
}

/**
 * Forecasts clean streams as a detection would, with another stream in the place of the days before each. A single stream has no such days: its
 * forecasts begin after eight days of its own.
 *
 * @param forecasterOf the forecaster for a stream, by its index: one that did not learn from it
 */
export function heldOutForecasts(
  forecasterOf: (stream: number) => Forecaster,
  streams: readonly (readonly SeriesWindow[])[],
  windowMs: number,
): readonly (readonly ForecastWindow[])[] {
  return streams.map((stream, index) => {
    const past = standIn(streams, index, windowMs);
    const days = (leastDays * dayMs) / windowMs;
    const known = past.length > 0 ? past : stream.slice(0, days);
    const follow = forecastStream(forecasterOf(index), { windowMs, past: known });
    return (past.length > 0 ? stream : stream.slice(days)).map(window => ({ window, forecast: follow(window) }));
  });
}

/** The last 22 days of the stream before one, or of the last for the first; none for a single stream. */
export function standIn(
  streams: readonly (readonly SeriesWindow[])[],
  index: number,
  windowMs: number,
): readonly SeriesWindow[] {
  const other = streams[(index + streams.length - 1) % streams.length] ?? [];
  return streams.length < 2 ? [] : other.slice((-memoryDays * dayMs) / windowMs);
}
