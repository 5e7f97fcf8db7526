import { dayMs } from '../../../base/time.ts';
import type { Unit } from '../../features/feature-set.ts';
import { hourOfDay } from '../../features/series-calendar.ts';
import type { Series } from '../../features/series-counts.ts';
import {
  memoryDays,
  movedBefore,
  type SeriesMemory,
  type SeriesWindow,
  seriesMemory,
  windowOf,
} from '../../features/series-memory.ts';
import type { Forecast, Forecaster } from './forecasters.ts';
import { type Deviation, deviationsOf, type ResidualScales } from './residual-scales.ts';
import { residualStream } from './residual-views.ts';

/** What a comparison of a stream with its forecasts needs; `past` are the days that the forecaster was trained on. */
export type StreamingForecastOptions = {
  readonly series: Series;
  readonly horizonWindows: number;
  readonly past: readonly SeriesWindow[];
  readonly scales: ResidualScales;
  readonly forecaster: Forecaster;
};

/** A window against its forecast. */
export type ForecastUnit = {
  /** Counts per channel, as forecast at the last origin. */
  readonly forecast: readonly number[];
  /** How the shop's present level compares with the forecasts of the last hours, before this window. */
  readonly level: number;
  /** The strongest first. */
  readonly deviations: readonly Deviation[];
};

/**
 * Compares a stream, unit by unit, with forecasts of it. A new forecast is made every `horizonWindows` windows, from the last 22
 * days. Until the stream itself is 22 days long, the model's training days, moved by whole weeks, fill the time
 * before it.
 */
export function streamingForecasts(options: StreamingForecastOptions): (unit: Unit) => ForecastUnit {
  const { series, horizonWindows, past, scales, forecaster } = options;
  const { windowMs } = series;
  const residuals = residualStream(series);
  let memory: SeriesMemory | undefined;
  let forecast: Forecast = [];
  let ahead = 0;
  return unit => {
    if (memory === undefined) {
      memory = seriesMemory(windowMs, (memoryDays * dayMs) / windowMs);
      for (const window of movedBefore(past, windowMs, unit.startMs)) memory.push(window);
    }
    if (ahead >= forecast.length) {
      forecast = forecaster(memory, unit.startMs, horizonWindows);
      ahead = 0;
    }
    const expected = forecast[ahead] ?? [];
    ahead += 1;
    memory.push(windowOf(unit));
    const { level, views } = residuals(unit.features, expected);
    return { forecast: expected, level, deviations: deviationsOf(views, hourOfDay(unit.startMs), scales) };
  };
}
