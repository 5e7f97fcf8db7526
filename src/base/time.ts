/** One minute [ms]. */
export const minuteMs = 60_000;
/** One hour [ms]. */
export const hourMs = 60 * minuteMs;
/** One day [ms]; virtual time is UTC and has no leap seconds. */
export const dayMs = 24 * hourMs;
