import { dayMs, hourMs } from '../../../base/time.ts';
import { weekMs } from '../../features/series-calendar.ts';

/** A run of so many equal values, or of so long, is no fault, however rare it is. */
const harmless = { values: 10, ms: 3 * hourMs } as const;
/** A run may be so many times as long as the longest one before. */
const allowedFactor = 2;
/** Values, and a week of them where a day has several, that are known before a run is judged. */
const leastValues = 150;
/** Where a larger share of the values repeats the one before, as in rounded values, rain, or solar power at night, no run is judged. */
const largestRepeats = 0.2;
/** Two runs that were stuck within so many days are usual. */
const usualWithinDays = 22;

/** A run of equal values, and the longest usual one [ms, of the samples that there are]. */
export type EqualRun = {
  readonly sinceMs: number;
  readonly value: number;
  readonly values: number;
  readonly lastsMs: number;
  readonly usualMs: number;
};

/**
 * Whether a measurement is stuck: values that hardly ever repeat stay the same for long. The present run of equal values is compared with the longest of
 * those that are over. One that was stuck is forgotten, so that it does not hide the next one, unless another one was within 22 days
 * before it: then such runs are usual. Missing samples are no repeats.
 */
export class StuckValue {
  readonly #periodMs: number;
  #value: number | undefined;
  #sinceMs = 0;
  #run = 0;
  /** Of the runs that are over and not forgotten. */
  #usual = { runs: 0, values: 0, longest: 0 };
  #stuckUntilMs = Number.NEGATIVE_INFINITY;

  constructor(periodMs: number) {
    this.#periodMs = periodMs;
  }

  /** The present one. */
  get run(): EqualRun {
    const [lastsMs, usualMs] = [this.#run * this.#periodMs, this.#usual.longest * this.#periodMs];
    return { sinceMs: this.#sinceMs, value: this.#value ?? 0, values: this.#run, lastsMs, usualMs };
  }

  /** @returns the run as a multiple of what is allowed if it is longer, else 0 */
  push(timeMs: number, value: number): number {
    if (value !== this.#value) {
      this.#finish(timeMs);
      this.#value = value;
      this.#sinceMs = timeMs;
      this.#run = 0;
    }
    this.#run += 1;
    const share = this.#run / this.#allowed();
    return share > 1 ? share : 0;
  }

  /** How long a run may be [values]. */
  #allowed(): number {
    const { runs, values, longest } = this.#usual;
    const isKnown = values >= Math.max(leastValues, weekMs / this.#periodMs);
    if (!isKnown || values - runs > largestRepeats * values) return Number.POSITIVE_INFINITY;
    return Math.max(harmless.values, harmless.ms / this.#periodMs, allowedFactor * longest);
  }

  #finish(timeMs: number): void {
    if (this.#run > this.#allowed()) {
      const isRare = timeMs - this.#stuckUntilMs > usualWithinDays * dayMs;
      this.#stuckUntilMs = timeMs;
      if (isRare) return;
    }
    const { runs, values, longest } = this.#usual;
    this.#usual = {
      runs: runs + Math.min(1, this.#run),
      values: values + this.#run,
      longest: Math.max(longest, this.#run),
    };
  }
}
