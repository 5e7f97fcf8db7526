import { type Moment, msSince } from './live-clock.ts';

/** How long a member may act without having heard from its group. */
export class Lease {
  readonly #lengthMs: number;
  #since: Moment | undefined;

  /** @param lengthMs of the wall clock */
  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs;
  }

  /** @param asked when the question was sent that the group has answered: the group counts from no earlier moment */
  renew(asked: Moment): void {
    this.#since = asked;
  }

  get isValid(): boolean {
    return this.#since !== undefined && msSince(this.#since) < this.#lengthMs;
  }
}
