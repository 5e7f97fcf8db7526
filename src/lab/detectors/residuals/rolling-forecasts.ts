import { dayMs } from '../../../base/time.ts';
import { type SeriesWindow, seriesMemory } from '../../features/series-memory.ts';
import type { ForecastWindow } from '../../features/series-profile.ts';
import type { Forecaster } from './forecasters.ts';

/**
 * Forecasts a stream as if it were happening: from an origin every `horizonWindows` windows, beginning `fromDay` days after the
 * stream's start, with nothing known but what lies before the origin.
 */
export function rollingForecasts(
  forecaster: Forecaster,
  stream: readonly SeriesWindow[],
  options: { readonly windowMs: number; readonly horizonWindows: number; readonly fromDay: number },
): readonly ForecastWindow[] {
  const { windowMs, horizonWindows, fromDay } = options;
  const memory = seriesMemory(windowMs, stream.length);
  for (const window of stream) memory.push(window);
  const forecasts: ForecastWindow[] = [];
  const first = (fromDay * dayMs) / windowMs;
  for (let origin = first; origin < stream.length; origin += horizonWindows) {
    const ahead = stream.slice(origin, origin + horizonWindows);
    const forecast = forecaster(memory, ahead[0]?.startMs ?? 0, ahead.length);
    for (const [index, window] of ahead.entries()) forecasts.push({ window, forecast: forecast[index] ?? [] });
  }
  return forecasts;
}
