import { sum } from '../../../base/sum.ts';

/** Days whose maxima are remembered. */
const memoryDays = 90;
/** The prior counts as so many days. */
const priorDays = 5;
/** An excess over the median counts as at most so many times the median excess: an incident must not hide the next one. */
const largestExcess = 4;

/** What a statistic is taken to do before any day of it is known: the median of its daily maxima, and the mean excess over the median. */
export type MaximaPrior = { readonly median: number; readonly excess: number; readonly least: number };

/**
 * The daily maxima of a statistic, and what it exceeds once in so many days. A tail is fitted to them: exponential over their median. They roll, so the
 * level is calibrated again each day.
 */
export class DailyMaxima {
  readonly #prior: MaximaPrior;
  #maxima: number[] = [];
  #day = Number.NaN;
  #today = Number.NEGATIVE_INFINITY;
  #levels = new Map<number, number>();

  constructor(prior: MaximaPrior) {
    this.#prior = prior;
  }

  /**
   * @param alarmedAt days of the level that an alarm is about, while one lasts: however strong it is, it counts as that level, and nothing below it
   * counts
   */
  push(day: number, statistic: number, alarmedAt?: number): void {
    const value = alarmedAt === undefined ? statistic : this.levelOf(alarmedAt);
    if (statistic < value) return;
    if (day !== this.#day) {
      if (this.#today > Number.NEGATIVE_INFINITY) {
        this.#maxima.push(this.#today);
        if (this.#maxima.length > memoryDays) this.#maxima.shift();
        this.#levels.clear();
      }
      this.#day = day;
      this.#today = Number.NEGATIVE_INFINITY;
    }
    if (value > this.#today) this.#today = value;
  }

  /** What days before the present one exceed once in `days`. */
  levelOf(days: number): number {
    const known = this.#levels.get(days);
    if (known !== undefined) return known;
    const { median, excess, least } = this.#prior;
    const sorted = [...this.#maxima].sort((a, b) => a - b);
    const { length } = sorted;
    const middle = length === 0 ? median : (sorted[Math.floor(length / 2)] ?? 0);
    // Days as quiet as the median one say how rare the others are, but not how high: where rain is rare, it is 0 on most days.
    const excesses = sorted.slice(Math.max(0, sorted.lastIndexOf(middle))).map(value => value - middle);
    const share = length === 0 ? 1 : excesses.length / Math.ceil(length / 2);
    const bound = largestExcess * Math.max(excesses[Math.floor(excesses.length / 2)] ?? 0, excess / 2);
    const mean = sum(excesses, value => Math.min(bound, value)) / Math.max(1, excesses.length);
    const weight = length / (length + priorDays);
    const start = weight * middle + (1 - weight) * median;
    const scale = weight * mean + (1 - weight) * excess;
    const returns = days / 2;
    // However rare those days are, the level is not below where they begin, unless so many alarms are allowed.
    const level = Math.max(least, start + scale * Math.log(Math.max(Math.min(1, returns), returns * share)));
    this.#levels.set(days, level);
    return level;
  }
}
