import type { Unit } from '../../features/feature-set.ts';
import { hourOfDay } from '../../features/series-calendar.ts';
import { totalOf } from '../../features/series-channels.ts';
import type { ForecastBand } from '../detector.ts';
import { type StreamingForecastOptions, streamingForecasts } from './streaming-forecasts.ts';

/**
 * Forecasts with their bands, for a picture. The band lies around the forecast at the shop's present level, which is what the score
 * compares with.
 *
 * @param sds half the width of the band [robust standard deviations], default 3
 */
export function forecastBands(
  options: StreamingForecastOptions,
  units: readonly Unit[],
  sds = 3,
): readonly ForecastBand[] {
  const { channels } = options.series;
  const compare = streamingForecasts(options);
  return units.flatMap(unit => {
    const { forecast, level } = compare(unit);
    const { centre, scale } = options.scales.now[hourOfDay(unit.startMs)] ?? { centre: [], scale: [] };
    const actuals = [...unit.features, totalOf(unit.features, channels)];
    return [...forecast, totalOf(forecast, channels)].map((expected, channel) => {
      const middle = Math.sqrt(level * expected + 0.375) + 0.5 * (centre[channel] ?? 0);
      const half = 0.5 * sds * (scale[channel] ?? 1);
      return {
        startMs: unit.startMs,
        channel: channels.names[channel] ?? 'total',
        actual: actuals[channel] ?? 0,
        forecast: expected,
        low: countAt(middle - half),
        high: countAt(middle + half),
      };
    });
  });
}

/** Undoes √(count + 3/8). */
function countAt(root: number): number {
  return Math.max(0, Math.max(0, root) * Math.max(0, root) - 0.375);
}
