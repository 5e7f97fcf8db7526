import { dayMs } from '../../../base/time.ts';
import { weekMs } from '../../features/series-calendar.ts';

/** Values, and a week of them where a day has several, that the first range is taken from. */
const leastValues = 24;
/** The least range of counts [standard deviations of the largest one], and of values, as a share of the largest one. */
const leastRange = { sds: 4, share: 0.01 } as const;

/**
 * How far a value lies beyond all before it, by half of their range: what is known of a series before `RecordScorer` has its first values. A range that
 * is nearly nothing says nothing, so it has a least size.
 */
export class EarlyRange {
  readonly #isCount: boolean;
  readonly #least: number;
  #values = 0;
  #lowest = Number.POSITIVE_INFINITY;
  #highest = Number.NEGATIVE_INFINITY;

  constructor({ isCount, periodMs }: { readonly isCount: boolean; readonly periodMs: number }) {
    this.#isCount = isCount;
    this.#least = Math.max(leastValues, (periodMs < dayMs ? weekMs : dayMs) / periodMs);
  }

  /** How many values there are so far, and the least and the largest of them. */
  get known(): { readonly values: number; readonly lowest: number; readonly highest: number } {
    return { values: this.#values, lowest: this.#lowest, highest: this.#highest };
  }

  /** @returns 0 for a value that is not beyond the others, or while they are too few */
  push(value: number): number {
    const beyond = Math.max(0, value - this.#highest, this.#lowest - value);
    const range = Math.max(this.#highest - this.#lowest, this.#leastRange());
    const odds = this.#values < this.#least || beyond === 0 ? 0 : (2 * beyond) / range;
    this.#values += 1;
    this.#lowest = Math.min(this.#lowest, value);
    this.#highest = Math.max(this.#highest, value);
    return odds;
  }

  #leastRange(): number {
    const largest = Math.max(Math.abs(this.#lowest), Math.abs(this.#highest));
    return this.#isCount
      ? leastRange.sds * Math.sqrt(largest + 1)
      : Math.max(leastRange.share * largest, Number.MIN_VALUE);
  }
}
