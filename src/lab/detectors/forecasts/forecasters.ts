import { median } from 'simple-statistics';
import { dayMs, hourMs } from '../../../base/time.ts';
import { isWeekend, weekMs } from '../../features/series-calendar.ts';
import { memoryDays, type SeriesMemory, type SeriesWindow } from '../../features/series-memory.ts';
import { knownWindows } from './known-windows.ts';

/** Counts per channel of the windows from `originMs` on, in order: `[windows × channels]`. */
export type Forecast = readonly (readonly number[])[];

/**
 * Forecasts `windows` windows from `originMs` on, from what was counted before `originMs`.
 *
 * @param from leaves out the windows before this one; default 0
 */
export type Forecaster = (memory: SeriesMemory, originMs: number, windows: number, from?: number) => Forecast;

/** A forecaster that computes each window by itself. @param knowing what was counted before the origin, gives the counts of a window */
function windowByWindow(
  knowing: (memory: SeriesMemory, originMs: number) => (startMs: number) => readonly number[],
): Forecaster {
  return (memory, originMs, windows, from = 0) => {
    const countsAt = knowing(memory, originMs);
    return Array.from({ length: windows - from }, (_, index) => countsAt(originMs + (from + index) * memory.windowMs));
  };
}

/** The median of the same time of day, weekdays and weekends apart; all days where its own kind does not occur. */
export const seasonalMedian = windowByWindow((memory, originMs) => startMs => {
  const days = pastTimes(memory, { startMs, originMs, periodMs: dayMs });
  const weekend = isWeekend(startMs);
  const sameKind = days.filter(day => isWeekend(day.startMs) === weekend);
  if (days.length === 0) return perChannel(memory.before(originMs), mean);
  return perChannel(sameKind.length > 0 ? sameKind : days, median);
});

/** What was counted one period ago, or as many periods ago as it takes to find a window that is remembered. */
function seasonalNaive(periodMs: number): Forecaster {
  return windowByWindow(
    (memory, originMs) => startMs =>
      pastTimes(memory, { startMs, originMs, periodMs, atMost: 1 })[0]?.counts ??
      memory.before(originMs)[0]?.counts ??
      [],
  );
}

/** The mean of the same window of the week, times how last week's total compares with that of a mean week. */
export const weeklyProfileTimesLevel: Forecaster = (memory, originMs, windows, from) =>
  weeklyForecast(memory, originMs, windows, from).map(counts =>
    counts.length > 0 ? counts : perChannel(memory.before(originMs), mean),
  );

/** The plain average of the median and of the weekly profile times level: the control that decides whether a network helps. */
export const medianAndWeeklyAverage: Forecaster = (memory, originMs, windows, from) => {
  const weekly = weeklyForecast(memory, originMs, windows, from);
  return seasonalMedian(memory, originMs, windows, from).map((counts, window) =>
    counts.map((count, channel) => 0.5 * count + 0.5 * (weekly[window]?.[channel] ?? count)),
  );
};

/** As `weeklyProfileTimesLevel`; a window of the week that is not remembered has no counts. */
const weeklyForecast = windowByWindow((memory, originMs) => {
  const weekly = (startMs: number) => perChannel(pastTimes(memory, { startMs, originMs, periodMs: weekMs }), mean);
  const past = memory.before(originMs);
  const newest = past.filter(({ startMs }) => startMs >= originMs - weekMs);
  const lastWeek = newest.length > 0 ? newest : past;
  const usual = new Map(lastWeek.map(({ startMs }) => [startMs % weekMs, weekly(startMs + weekMs)] as const));
  const last = perChannel(lastWeek, mean);
  const level = perChannel(
    lastWeek.map(({ startMs }) => ({ counts: usual.get(startMs % weekMs) ?? [] })),
    mean,
  ).map((count, channel) => (count > 0 ? (last[channel] ?? 0) / count : 1));
  return startMs =>
    (usual.get(startMs % weekMs) ?? weekly(startMs)).map((count, channel) => count * (level[channel] ?? 1));
});

/** What was counted 24 hours ago. */
export const seasonalNaiveDay: Forecaster = seasonalNaive(dayMs);

/** What was counted 7 days ago. */
export const seasonalNaiveWeek: Forecaster = seasonalNaive(weekMs);

/** Another forecaster, of counts that are averaged over an hour around each window: the median of single quarters of an hour at night is 0. */
export function smoothed(forecaster: Forecaster): Forecaster {
  return (memory, originMs, windows, from) => {
    const { windowMs } = memory;
    const side = Math.floor(hourMs / 2 / windowMs);
    if (side === 0) return forecaster(memory, originMs, windows, from);
    const known = knownMeans(memory, windowMs);
    const around = (startMs: number) => {
      const counts: Pick<SeriesWindow, 'counts'>[] = [];
      for (let at = startMs - side * windowMs; at <= startMs + side * windowMs; at += windowMs) {
        const own = at < originMs ? memory.at(at) : undefined;
        if (own !== undefined) counts.push({ counts: own });
      }
      const means = perChannel(counts, mean);
      if (counts.length === 2 * side + 1) known.set(startMs, means);
      return means;
    };
    const at = (startMs: number) =>
      memory.at(startMs) === undefined ? undefined : (known.get(startMs) ?? around(startMs));
    return forecaster({ ...memory, at }, originMs, windows, from);
  };
}

/** Means around windows whose neighbours were all counted. */
const knownMeans = knownWindows();

/** The remembered windows before the origin that lie whole periods before a window, the newest first. */
function pastTimes(
  memory: SeriesMemory,
  {
    startMs,
    originMs,
    periodMs,
    atMost = Number.POSITIVE_INFINITY,
  }: {
    readonly startMs: number;
    readonly originMs: number;
    readonly periodMs: number;
    readonly atMost?: number;
  },
): readonly SeriesWindow[] {
  const past: SeriesWindow[] = [];
  const oldestMs = originMs - memoryDays * dayMs;
  for (let backMs = startMs - periodMs; backMs >= oldestMs && past.length < atMost; backMs -= periodMs) {
    const counts = backMs < originMs ? memory.at(backMs) : undefined;
    if (counts !== undefined) past.push({ startMs: backMs, counts });
  }
  return past;
}

/** One figure per channel; empty without windows. */
export function perChannel(
  windows: readonly Pick<SeriesWindow, 'counts'>[],
  of: (values: number[]) => number,
): readonly number[] {
  const channels = windows[0]?.counts.length ?? 0;
  const values = new Array<number>(windows.length).fill(0);
  const figures: number[] = [];
  for (let channel = 0; channel < channels; channel += 1) {
    for (let index = 0; index < windows.length; index += 1) values[index] = windows[index]?.counts[channel] ?? 0;
    figures.push(of(values));
  }
  return figures;
}

/** The mean of some figures. */
export function mean(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
