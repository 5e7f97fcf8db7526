import { dayMs, hourMs, weekdayOf } from '../../base/time.ts';

/** One week [ms]. */
export const weekMs = 7 * dayMs;

/** Whole hours since midnight, UTC: 0-23. */
export function hourOfDay(timeMs: number): number {
  return Math.floor(timeMs / hourMs) % 24;
}

/** Saturday or Sunday, UTC. */
export function isWeekend(timeMs: number): boolean {
  return weekdayOf(timeMs) >= 5;
}
