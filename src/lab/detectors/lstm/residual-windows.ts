import { hourMs } from '../../../base/time.ts';
import { dayOfWeek, hourOfDay, weekMs } from '../../features/series-calendar.ts';
import { type SeriesChannels, totalOf } from '../../features/series-channels.ts';

/** Hours that the network reads and hours that it forecasts. */
export const inputHours = 24;
export const outputHours = 48;

/** What the network reads per hour: each channel's residual, last week's level, the hour as a point on a circle, the weekend. */
export function inputWidth({ names }: SeriesChannels): number {
  return names.length + 4;
}

/** One hour: what was counted, and the median of its hour. */
export type UsualHour = {
  readonly startMs: number;
  readonly counts: readonly number[];
  readonly usual: readonly number[];
};

/** Added to counts and medians before their ratio is taken, so that nights with few messages do not give large residuals. */
const ratioPadding = 5;
/** A residual is at most this far from 0: an outage just before the origin must not be forecast to last. */
const residualBound = 1;

/** ln((count + 5) / (usual + 5)), within ±1. */
export function logRatio(count: number, usual: number): number {
  const ratio = Math.log((count + ratioPadding) / (usual + ratioPadding));
  return Math.min(Math.max(ratio, -residualBound), residualBound);
}

/** The count that belongs to a residual: undoes `logRatio`. */
export function fromLogRatio(residual: number, usual: number): number {
  return Math.max(0, (usual + ratioPadding) * Math.exp(residual) - ratioPadding);
}

/** The network's input for a forecast from the end of `hours` on: `[inputHours × inputWidth]`, row after row. `hours` holds at least a week where there is one. */
export function inputOf(hours: readonly UsualHour[], channels: SeriesChannels): readonly number[] {
  const level = weekLevel(hours.slice(-weekMs / hourMs), channels);
  return hours.slice(-inputHours).flatMap(hour => {
    const angle = (2 * Math.PI * hourOfDay(hour.startMs)) / 24;
    return [
      ...hour.counts.map((count, channel) => logRatio(count, hour.usual[channel] ?? 0)),
      level,
      rounded(Math.sin(angle)),
      rounded(Math.cos(angle)),
      dayOfWeek(hour.startMs) >= 5 ? 1 : 0,
    ];
  });
}

/** The network's target, and the weight of each value: the square root of the usual count. `[outputHours × channels]`. */
export function targetOf(hours: readonly UsualHour[]): {
  readonly target: readonly number[];
  readonly weight: readonly number[];
} {
  return {
    target: hours.flatMap(({ counts, usual }) => counts.map((count, channel) => logRatio(count, usual[channel] ?? 0))),
    weight: hours.flatMap(({ usual }) => usual.map(count => Math.sqrt(count + 1))),
  };
}

/** How the last week compares with its medians: ln of the ratio of the totals. */
function weekLevel(hours: readonly UsualHour[], channels: SeriesChannels): number {
  const counted = hours.reduce((sum, hour) => sum + totalOf(hour.counts, channels), 0);
  const usual = hours.reduce((sum, hour) => sum + totalOf(hour.usual, channels), 0);
  return Math.log((counted + 100) / (usual + 100));
}

/** To 1e-6: the last digit of sines differs between versions of Node. */
function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
