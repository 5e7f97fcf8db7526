/** One second [ms]. */
export const secondMs = 1000;
/** One minute [ms]. */
export const minuteMs = 60 * secondMs;
/** One hour [ms]. */
export const hourMs = 60 * minuteMs;
/** One day [ms]; virtual time is UTC and has no leap seconds. */
export const dayMs = 24 * hourMs;

/** A stretch of time: [startMs, endMs), in ms since the epoch. */
export type Span = { readonly startMs: number; readonly endMs: number };

/** Length of a span [days]. */
export function daysIn({ startMs, endMs }: Span): number {
  return (endMs - startMs) / dayMs;
}

/** How long to wait between two looks at a broker, for what is still to come [ms of the wall clock]. */
export const lookEveryMs = 500;

/** A time as RFC 3339 in UTC: 0 is "1970-01-01T00:00:00.000Z". */
export function rfc3339(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

/** A time for people, to the minute, in UTC: 0 is "1970-01-01 00:00". */
export function formatMinute(timeMs: number): string {
  return rfc3339(timeMs).slice(0, 16).replace('T', ' ');
}

/** Day of the week, UTC: 0 is Monday. */
export function weekdayOf(timeMs: number): number {
  // 1970-01-01 was a Thursday.
  return (((Math.floor(timeMs / dayMs) + 3) % 7) + 7) % 7;
}
