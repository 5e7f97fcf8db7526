/** How virtual time follows the wall clock. */
export type ClockMapping = {
  /** [ms since the epoch] */
  readonly wallMs: number;
  /** Virtual time at `wallMs` [ms since the epoch]. */
  readonly virtualMs: number;
  /** Virtual milliseconds a millisecond. */
  readonly speed: number;
};

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

/** Virtual time now, in whole milliseconds. Processes agree as well as their computers' clocks do. */
export function virtualMs(clock: ClockMapping): number {
  return Math.floor(clock.virtualMs + (wallMs() - clock.wallMs) * clock.speed);
}

/** How long to wait until a virtual moment [ms of the wall clock]; 0 if it has passed. */
export function wallDelayMs(clock: ClockMapping, dueMs: number): number {
  return Math.max(0, Math.ceil((dueMs - virtualMs(clock)) / clock.speed));
}
