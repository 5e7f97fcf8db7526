import { type Moment, msSince } from './live-clock.ts';

/** How long a member may act without an answer from its group. */
export class Lease {
  readonly #lengthMs: number;
  #since: Moment | undefined;

  /** @param lengthMs of the wall clock */
  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs;
  }

  /** @param asked when the request was sent that the group has answered; the group's own timeout starts no earlier */
  renew(asked: Moment): void {
    this.#since = asked;
  }

  get isValid(): boolean {
    return this.#since !== undefined && msSince(this.#since) < this.#lengthMs;
  }
}
