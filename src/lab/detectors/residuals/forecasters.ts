import { dayMs } from '../../../base/time.ts';
import { weekMs } from '../../features/series-calendar.ts';
import type { SeriesMemory } from '../../features/series-memory.ts';
import { meanCounts, seasonalMedians, seasonalProfile, weeklyMeans } from '../../features/series-profile.ts';

/** Counts per channel of the windows from `originMs` on, in order: `[windows × channels]`. */
export type Forecast = readonly (readonly number[])[];

/** Forecasts `windows` windows from `originMs` on, from what was counted before `originMs`. */
export type Forecaster = (memory: SeriesMemory, originMs: number, windows: number) => Forecast;

/** The median of the same time of day, weekdays and weekends apart. */
export const seasonalMedian: Forecaster = (memory, originMs, windows) => {
  const past = memory.before(originMs);
  const profile = seasonalProfile(seasonalMedians(past, memory.windowMs), memory.windowMs);
  return forEachWindow(memory, originMs, windows, profile.at);
};

/** What was counted one period ago, or as many periods ago as it takes to find a window that is remembered. */
export function seasonalNaive(periodMs: number): Forecaster {
  return (memory, originMs, windows) => {
    const oldestMs = memory.before(originMs)[0]?.startMs ?? originMs;
    return forEachWindow(memory, originMs, windows, startMs => {
      for (let backMs = startMs - periodMs; backMs >= oldestMs; backMs -= periodMs) {
        const counts = backMs < originMs ? memory.at(backMs) : undefined;
        if (counts !== undefined) return counts;
      }
      return memory.before(originMs)[0]?.counts ?? [];
    });
  };
}

/** The mean of the same window of the week, times how last week's total compares with that of a mean week. */
export const weeklyProfileTimesLevel: Forecaster = (memory, originMs, windows) => {
  const past = memory.before(originMs);
  const weekly = weeklyMeans(past);
  const lastWeek = past.filter(window => window.startMs >= originMs - weekMs);
  const last = meanCounts(lastWeek);
  const usual = meanCounts(lastWeek.map(({ startMs }) => ({ startMs, counts: weekly.at(startMs) })));
  const level = last.map((count, channel) => ((usual[channel] ?? 0) > 0 ? count / (usual[channel] ?? 1) : 1));
  const fallback = meanCounts(past);
  return forEachWindow(memory, originMs, windows, startMs => {
    const counts = weekly.at(startMs);
    return (counts.length > 0 ? counts : fallback).map((count, channel) => count * (level[channel] ?? 1));
  });
};

/** The plain average of the median and of the weekly profile times level: the control that decides whether a network helps. */
export const medianAndWeeklyAverage: Forecaster = (memory, originMs, windows) => {
  const medians = seasonalMedian(memory, originMs, windows);
  const weekly = weeklyProfileTimesLevel(memory, originMs, windows);
  return medians.map((counts, window) =>
    counts.map((count, channel) => 0.5 * count + 0.5 * (weekly[window]?.[channel] ?? 0)),
  );
};

/** What was counted 24 hours ago. */
export const seasonalNaiveDay: Forecaster = seasonalNaive(dayMs);

/** What was counted 7 days ago. */
export const seasonalNaiveWeek: Forecaster = seasonalNaive(weekMs);

function forEachWindow(
  memory: SeriesMemory,
  originMs: number,
  windows: number,
  countsAt: (startMs: number) => readonly number[],
): Forecast {
  return Array.from({ length: windows }, (_, index) => countsAt(originMs + index * memory.windowMs));
}
