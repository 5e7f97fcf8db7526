import { dayMs, hourMs } from '../../base/time.ts';
/** One week [ms]. */
export const weekMs = 7 * dayMs;

/** Whole hours since midnight, UTC: 0-23. */
export function hourOfDay(timeMs: number): number {
  return Math.floor(timeMs / hourMs) % 24;
}

/** Day of the week, UTC: 0 = Monday to 6 = Sunday (the epoch was a Thursday). */
function dayOfWeek(timeMs: number): number {
  return (Math.floor(timeMs / dayMs) + 3) % 7;
}

/** Saturday or Sunday, UTC. */
export function isWeekend(timeMs: number): boolean {
  return dayOfWeek(timeMs) >= 5;
}
