import { dayMs, hourMs, type Span } from '../../../base/time.ts';
import { memoryDays, type SeriesMemory, seriesMemory } from '../../features/series-memory.ts';
import { knownWindows } from './known-windows.ts';

/** How far ahead a correction looks [h]. */
export const hoursAhead = 48;

/** An hour that was counted: its counts, and what is usual at that time of the day, per column. */
export type PastHour = {
  readonly counts: readonly number[];
  readonly usual: readonly number[];
};

/** What is known at the moment that a forecast is made. */
export type Origin = {
  readonly originMs: number;
  /** The last 22 days by the hour, counted back from the origin. */
  readonly hours: SeriesMemory;
  /** What was announced so far, in the order of announcement. */
  readonly announced: readonly Span[];
};

/** Reads a memory as of `originMs`. An hour is left out if one of its windows is not remembered. */
export function originAt(memory: SeriesMemory, originMs: number): Origin {
  const hours = seriesMemory(hourMs, memoryDays * 24);
  const known = knownHours(memory, hourMs);
  for (let startMs = originMs - memoryDays * dayMs; startMs < originMs; startMs += hourMs) {
    const counts = known.get(startMs) ?? countsOfHour(memory, startMs);
    if (counts === undefined) continue;
    known.set(startMs, counts);
    hours.push({ startMs, counts });
  }
  return { originMs, hours, announced: announcedBefore(memory, originMs) };
}

/** Hours that were counted. */
const knownHours = knownWindows();

/** What was counted in an hour; undefined if one of its windows is not remembered. */
export function countsOfHour(memory: SeriesMemory, hourStartMs: number): readonly number[] | undefined {
  const { windowMs } = memory;
  const counts = [...(memory.at(hourStartMs) ?? [])];
  for (let atMs = hourStartMs; atMs < hourStartMs + hourMs; atMs += windowMs) {
    const next = memory.at(atMs);
    if (next === undefined) return undefined;
    if (atMs > hourStartMs)
      for (const [column, count] of next.entries()) counts[column] = (counts[column] ?? 0) + count;
  }
  return counts;
}

/** What was announced in the remembered windows before a time. */
export function announcedBefore(memory: SeriesMemory, timeMs: number): readonly Span[] {
  const all: Span[] = [];
  for (const { announced } of memory.before(timeMs)) if (announced !== undefined) all.push(...announced);
  return all;
}

/** Added to counts before their ratio is taken, so that nights with few messages give no large ones. */
const padding = 5;

/** ln of counted by usual over some hours, per column, within ±1: an outage must not be forecast to last. */
export function logRatios(past: readonly PastHour[], from: number, to: number): readonly number[] {
  const hours = past.slice(Math.max(0, past.length - from), Math.max(0, past.length - to));
  const columns = past[0]?.counts ?? [];
  return columns.map((_, column) => {
    let [counted, usual] = [padding, padding];
    for (const hour of hours) {
      counted += hour.counts[column] ?? 0;
      usual += hour.usual[column] ?? 0;
    }
    return rounded(Math.min(1, Math.max(-1, Math.log(counted / usual))));
  });
}

/** Where an hour lies in what was announced for it: hours since its beginning, and share of its length; the latest beginning counts. */
export function positionIn(
  announced: readonly Span[],
  hourStartMs: number,
): { readonly hours: number; readonly share: number } | undefined {
  let latest: Span | undefined;
  for (const each of announced) {
    if (each.startMs >= hourStartMs + hourMs || each.endMs <= hourStartMs) continue;
    if (latest === undefined || each.startMs > latest.startMs) latest = each;
  }
  if (latest === undefined) return undefined;
  const since = Math.max(0, hourStartMs + hourMs / 2 - latest.startMs);
  return { hours: since / hourMs, share: Math.min(1, since / (latest.endMs - latest.startMs)) };
}

/** To 1e-6: the last digit of logarithms and sines may differ between versions of Node. */
export function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
