import { median } from 'simple-statistics';
import { dayMs } from '../../base/time.ts';
import { isWeekend, weekMs } from './series-calendar.ts';
import type { SeriesWindow } from './series-memory.ts';

/** Counts per channel that are usual at a time of the day or week; `at` answers for any moment, past or to come. */
export type SeriesProfile = { readonly at: (startMs: number) => readonly number[] };

/** The medians of a profile as data, for a model file: by weekday (0) or weekend (1), by window of the day, by channel. */
export type SeasonalMedians = readonly (readonly (readonly number[])[])[];

/**
 * The median count per window of the day, weekdays and weekends apart. A table without one of the two (less than a week
 * of data) takes all days for it.
 *
 * @param smoothing how many windows on each side are averaged into a day's value before the median is taken over days, so that
 * small counts have a median that moves in steps smaller than one
 */
export function seasonalMedians(windows: readonly SeriesWindow[], windowMs: number, smoothing = 0): SeasonalMedians {
  const perDay = dayMs / windowMs;
  const smoothed = windows.map((window, index) => ({
    startMs: window.startMs,
    counts: meanCounts(windows.slice(Math.max(0, index - smoothing), index + smoothing + 1)),
  }));
  return [false, true].map(weekend => {
    const sameKind = smoothed.filter(window => isWeekend(window.startMs) === weekend);
    return Array.from({ length: perDay }, (_, slot) => {
      const atSlot = (window: SeriesWindow) => slotOfDay(window.startMs, windowMs) === slot;
      const chosen = sameKind.filter(atSlot);
      return medianCounts(chosen.length > 0 ? chosen : smoothed.filter(atSlot));
    });
  });
}

/** A window and what was expected of it by what is known from elsewhere. */
export type ForecastWindow = { readonly window: SeriesWindow; readonly forecast: readonly number[] };

/** Each week against the medians of the other weeks: what is usual must not know the very counts that are compared with it. */
export function againstOtherWeeks(
  stream: readonly SeriesWindow[],
  windowMs: number,
  smoothing = 0,
): readonly ForecastWindow[] {
  const weeks = Math.max(2, Math.round((stream.length * windowMs) / weekMs));
  const boundary = (week: number) => Math.round((week * stream.length) / weeks);
  return Array.from({ length: weeks }, (_, week) => {
    const others = [...stream.slice(0, boundary(week)), ...stream.slice(boundary(week + 1))];
    const usual = seasonalProfile(seasonalMedians(others, windowMs, smoothing), windowMs);
    return stream
      .slice(boundary(week), boundary(week + 1))
      .map(window => ({ window, forecast: usual.at(window.startMs) }));
  }).flat();
}

/** Reads `seasonalMedians` by time. */
export function seasonalProfile(medians: SeasonalMedians, windowMs: number): SeriesProfile {
  return { at: startMs => medians[isWeekend(startMs) ? 1 : 0]?.[slotOfDay(startMs, windowMs)] ?? [] };
}

/** The mean count per window of the week, over all weeks given; a window of the week never seen has no counts. */
export function weeklyMeans(windows: readonly SeriesWindow[]): SeriesProfile {
  const bySlot = new Map<number, SeriesWindow[]>();
  for (const window of windows) {
    const slot = window.startMs % weekMs;
    const same = bySlot.get(slot);
    if (same === undefined) bySlot.set(slot, [window]);
    else same.push(window);
  }
  const means = new Map([...bySlot].map(([slot, same]) => [slot, meanCounts(same)]));
  return { at: startMs => means.get(startMs % weekMs) ?? [] };
}

/** The median of each channel over the windows; empty without windows. */
export function medianCounts(windows: readonly SeriesWindow[]): readonly number[] {
  return (windows[0]?.counts ?? []).map((_, channel) => median(windows.map(window => window.counts[channel] ?? 0)));
}

/** The mean of each channel over the windows; empty without windows. */
export function meanCounts(windows: readonly SeriesWindow[]): readonly number[] {
  return (windows[0]?.counts ?? []).map(
    (_, channel) => windows.reduce((sum, window) => sum + (window.counts[channel] ?? 0), 0) / windows.length,
  );
}

/** Which window of its day a window is, from 0. */
export function slotOfDay(startMs: number, windowMs: number): number {
  return Math.floor((startMs % dayMs) / windowMs);
}
