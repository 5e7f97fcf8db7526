import { wallMs } from '../../broker/kafka/wall-clock.ts';

/** How virtual time follows the wall clock. */
export type ClockMapping = {
  /** [ms since the epoch] */
  readonly wallMs: number;
  /** Virtual time at `wallMs` [ms since the epoch]. */
  readonly virtualMs: number;
  /** Virtual milliseconds per millisecond of the wall clock. */
  readonly speed: number;
};

/** Virtual time now, in whole milliseconds. Processes agree as well as their computers' clocks do. */
export function virtualMs(clock: ClockMapping): number {
  return Math.floor(clock.virtualMs + (wallMs() - clock.wallMs) * clock.speed);
}

/** How long to wait until a virtual moment [ms of the wall clock]; 0 if it has passed. */
export function wallDelayMs(clock: ClockMapping, dueMs: number): number {
  return Math.max(0, Math.ceil((dueMs - virtualMs(clock)) / clock.speed));
}
