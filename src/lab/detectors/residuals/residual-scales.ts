import { median, medianAbsoluteDeviation } from 'simple-statistics';
import { hourMs } from '../../../base/time.ts';
import { hourOfDay } from '../../features/series-calendar.ts';
import type { Series } from '../../features/series-counts.ts';
import type { ForecastWindow } from '../../features/series-profile.ts';
import {
  type Residuals,
  type ResidualView,
  type ResidualViews,
  residualStream,
  residualViews,
} from './residual-views.ts';
import { warmUpHours } from './warm-up.ts';

/** Per view and hour of the day, per channel (total last): the median of forecast errors and their robust standard deviation. */
export type ResidualScales = Readonly<
  Record<ResidualView, readonly { readonly centre: Residuals; readonly scale: Residuals }[]>
>;

/** The scale is never less than that of Poisson counts; that of a weighted mean is smaller. */
const leastScale: Readonly<Record<ResidualView, number>> = { now: 1, lately: 0.6, share: 0.6 };

/** How many hours before and after an hour contribute to its scale, so that some 20 days are enough. */
const neighbourHours = 2;

/**
 * Learns the usual errors of each hour of the day from held-out forecasts on clean data; each hour also uses its
 * neighbours. One list per stream, in the order of time.
 */
export function residualScales(streams: readonly (readonly ForecastWindow[])[], series: Series): ResidualScales {
  const rows = streams.flatMap(stream => {
    const residuals = residualStream(series);
    return stream.map(({ window, forecast }) => ({
      hour: hourOfDay(window.startMs),
      views: residuals(window.counts, forecast).views,
    }));
  });
  const scalesOf = (view: ResidualView) =>
    Array.from({ length: 24 }, (_, hour) => {
      const near = rows.filter(row => hoursApart(row.hour, hour) <= neighbourHours).map(row => row.views[view]);
      const columns = (near[0] ?? []).map((_, channel) => near.map(residuals => residuals[channel] ?? 0));
      return {
        centre: columns.map(median),
        scale: columns.map(column => Math.max(leastScale[view], 1.4826 * medianAbsoluteDeviation(column))),
      };
    });
  return { now: scalesOf('now'), lately: scalesOf('lately'), share: scalesOf('share') };
}

/** A channel's deviation in one view, in robust standard deviations; `channel` counts one past the last for the total. */
export type Deviation = { readonly view: ResidualView; readonly channel: number; readonly z: number };

/** The deviations of a window, in all views and channels, the strongest first. */
export function deviationsOf(views: ResidualViews, hour: number, scales: ResidualScales): readonly Deviation[] {
  return residualViews
    .flatMap(view =>
      views[view].map((value, channel) => {
        const { centre, scale } = scales[view][hour] ?? { centre: [], scale: [] };
        return { view, channel, z: (value - (centre[channel] ?? 0)) / (scale[channel] ?? 1) };
      }),
    )
    .sort((one, other) => Math.abs(other.z) - Math.abs(one.z));
}

function hoursApart(one: number, other: number): number {
  const apart = Math.abs(one - other);
  return Math.min(apart, 24 - apart);
}

/** The deviations of held-out forecasts, in the order of each stream, without its first day. */
export function heldOutDeviations(
  streams: readonly (readonly ForecastWindow[])[],
  series: Series,
  scales: ResidualScales,
): readonly (readonly Deviation[])[] {
  return streams.flatMap(stream => {
    const residuals = residualStream(series);
    return stream
      .map(({ window, forecast }) =>
        deviationsOf(residuals(window.counts, forecast).views, hourOfDay(window.startMs), scales),
      )
      .slice((warmUpHours * hourMs) / series.windowMs);
  });
}
