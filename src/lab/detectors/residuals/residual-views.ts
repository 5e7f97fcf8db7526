import { hourMs } from '../../../base/time.ts';
import { type SeriesChannels, totalOf } from '../../features/series-channels.ts';
import type { Series } from '../../features/series-counts.ts';

/** How far a window lies from what was expected: one residual per channel, and last the total's. */
export type Residuals = readonly number[];

/**
 * Three ways to look at a window: `now`, against the forecast at the shop's present level; `lately`, the exponentially weighted
 * mean of that, which gathers weak deviations that last; `share`, the same mean against the forecast scaled to what the whole
 * shop does in this very window, which shows a service that stands still while the others go on.
 */
export type ResidualViews = Readonly<Record<ResidualView, Residuals>>;
export const residualViews = ['now', 'lately', 'share'] as const;
export type ResidualView = (typeof residualViews)[number];

/** After this many hours the present level has half forgotten a window. */
const levelHalfLifeHours = 8;
/** Prior weight of a level of 1 [messages]. */
const levelPriorMessages = 100;
/** One window moves the level as if it were at most this factor above or below what was expected: a flood must not become normal. */
const levelBound = 1.5;

/**
 * Processes a series window by window, in the order of time; `level` comes from the hours before the window. State: three lists as long as the
 * residuals, and the level.
 */
export function residualStream({ windowMs, channels }: Series) {
  const windowsPerHour = hourMs / windowMs;
  const keep = 0.5 ** (1 / (levelHalfLifeHours * windowsPerHour));
  const lately = exponentialMean(1 / (1 + windowsPerHour));
  const share = exponentialMean(1 / (1 + windowsPerHour));
  let counted = levelPriorMessages;
  let forecasted = levelPriorMessages;
  return (counts: readonly number[], forecast: readonly number[]) => {
    const level = counted / forecasted;
    const total = totalOf(counts, channels);
    const totalForecast = totalOf(forecast, channels);
    const expected = level * totalForecast;
    const bounded = Math.min(Math.max(total, expected / levelBound), expected * levelBound);
    counted = keep * counted + (1 - keep) * levelPriorMessages + bounded;
    forecasted = keep * forecasted + (1 - keep) * levelPriorMessages + totalForecast;
    const residualsAt = (scale: number) => residualsOf(counts, forecast, scale, channels);
    const now = residualsAt(level);
    const views = { now, lately: lately(now), share: share(residualsAt((total + 1) / (totalForecast + 1))) };
    return { level, views };
  };
}

/**
 * Anscombe's residual 2(√(actual + 3/8) - √(forecast + 3/8)): its standard deviation is about 1 for Poisson counts of any
 * size, and a count of zero keeps it finite. Worked value: 100 against a forecast of 144 gives -3.994.
 */
export function anscombeResidual(actual: number, forecast: number): number {
  return 2 * (Math.sqrt(Math.max(0, actual) + 0.375) - Math.sqrt(Math.max(0, forecast) + 0.375));
}

function residualsOf(
  counts: readonly number[],
  forecast: readonly number[],
  level: number,
  channels: SeriesChannels,
): Residuals {
  return [
    ...counts.map((count, channel) => anscombeResidual(count, level * (forecast[channel] ?? 0))),
    anscombeResidual(totalOf(counts, channels), level * totalOf(forecast, channels)),
  ];
}

function exponentialMean(weight: number): (values: readonly number[]) => readonly number[] {
  let mean: readonly number[] | undefined;
  return values => {
    const before = mean;
    mean = values.map((value, index) => (1 - weight) * (before?.[index] ?? 0) + weight * value);
    return mean;
  };
}
