/** The time of the computer's clock [ms since the epoch]. No other code reads it. */
export function wallMs(): number {
  return Date.now();
}

/** A moment by two clocks. The wall clock may be set back. The steady clock cannot, but may stop while the computer sleeps. */
export type Moment = { readonly wallMs: number; readonly steadyMs: number };

export function moment(): Moment {
  return { wallMs: wallMs(), steadyMs: performance.now() };
}

/** Time since a moment, by the clock that shows more [ms]. */
export function msSince({ wallMs: wall, steadyMs }: Moment): number {
  return Math.max(wallMs() - wall, performance.now() - steadyMs);
}
