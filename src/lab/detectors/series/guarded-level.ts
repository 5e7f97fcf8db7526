import { countForLevel, levelBounds, type RunningSum, runningSum } from '../scan/trailing-levels.ts';

/** How far back levels look [h]. */
export const levelHours = [2, 6, 24, 168] as const;
/** Hours of a mean day for which a level is taken to be as expected. */
const priorHours = 2;
/** The same in events, for a channel that is silent for days. */
const priorEvents = 1;
/** Residuals of values are clipped to so many standard deviations, and ignored beyond twice as many. */
const clippedSds = 3;

/** What is expected of a slot. */
export type ExpectedSlot = {
  readonly expected: number;
  /** Of a residual, for values. */
  readonly sd: number;
  /** True if no such day is known yet. */
  readonly isDoubtful: boolean;
};

/** One channel against its profile, summed over any of the last slots. A slot without data adds nothing. */
export class GuardedLevel {
  readonly #isCount: boolean;
  readonly #perHour: number;
  readonly #sums: Readonly<Record<'actual' | 'expected' | 'used' | 'present' | 'doubtful', RunningSum>>;

  /** @param longest tested span [slots] */
  constructor(options: { readonly isCount: boolean; readonly perHour: number; readonly longest: number }) {
    this.#isCount = options.isCount;
    this.#perHour = options.perHour;
    const size = Math.ceil(192 * options.perHour) + options.longest + 2;
    const sum = () => runningSum(size);
    this.#sums = { actual: sum(), expected: sum(), used: sum(), present: sum(), doubtful: sum() };
  }

  get length(): number {
    return this.#sums.actual.length();
  }

  /** A slot without data, or before anything is expected. */
  skip(): void {
    for (const sum of Object.values(this.#sums)) sum.push(0);
  }

  /** @param isDoubtful true where no such day is known yet */
  push(value: number, { expected, sd, isDoubtful }: ExpectedSlot): void {
    this.#sums.actual.push(value);
    this.#sums.expected.push(expected);
    this.#sums.present.push(1);
    this.#sums.doubtful.push(isDoubtful ? 1 : 0);
    this.#sums.used.push(this.#isCount ? this.#usedCount(value, expected) : this.#usedValue(value, expected, sd));
  }

  /** Actual, expected, number of slots with data, and number of doubtful ones in the slots [from, to). */
  between(from: number, to: number): Readonly<Record<'actual' | 'expected' | 'present' | 'doubtful', number>> {
    return {
      actual: this.#sums.actual.between(from, to),
      expected: this.#sums.expected.between(from, to),
      present: this.#sums.present.between(from, to),
      doubtful: this.#sums.doubtful.between(from, to),
    };
  }

  /** The levels of `levelHours` before slot `end`: of counts the logarithms of factors on what is expected, of values what is added to it. */
  before(end: number): readonly number[] {
    return levelHours.map(hours => this.#levelOver(end, hours));
  }

  #levelOver(end: number, hours: number): number {
    const from = Math.max(0, end - Math.max(1, Math.round(hours * this.#perHour)));
    const used = this.#sums.used.between(from, end);
    const expected = this.#sums.expected.between(from, end);
    if (!this.#isCount) {
      const present = this.#sums.present.between(from, end);
      return (used - expected) / (present + priorHours * Math.max(1, this.#perHour));
    }
    const day = Math.max(0, end - Math.ceil(24 * this.#perHour));
    const perSlot = end === day ? 0 : this.#sums.expected.between(day, end) / (end - day);
    const prior = priorEvents + priorHours * this.#perHour * perSlot;
    const ratio = (used + prior) / (expected + prior);
    return Math.log(Math.min(levelBounds.most, Math.max(levelBounds.least, ratio)));
  }

  #usedCount(count: number, expected: number): number {
    const end = this.#sums.actual.length();
    const from = Math.max(0, end - Math.max(1, Math.round(this.#perHour)));
    const usual = Math.exp(this.#levelOver(end - 1, 24));
    const hour = { counted: this.#sums.actual.between(from, end), expected: this.#sums.expected.between(from, end) };
    return countForLevel(count, { expected, usual, hour });
  }

  #usedValue(value: number, expected: number, sd: number): number {
    const level = this.#levelOver(this.#sums.actual.length() - 1, 24);
    const residual = value - expected - level;
    const limit = clippedSds * sd;
    if (Math.abs(residual) > 2 * limit) return expected + level;
    return expected + level + Math.min(limit, Math.max(-limit, residual));
  }
}
