/** How far the rows of a channel have come. */
type Progress = {
  /** The latest and the earliest time so far. */
  lastMs: number;
  firstMs: number;
  previousMs: number;
  /** Steps back in time, less steps forward: above 0 where the newest row comes first. */
  falls: number;
  /** Whether a time came twice. */
  isRepeating: boolean;
};

/** Decides which moment is meant by a time that occurs twice, since clocks were set back: the one that keeps the rows of its channel in order. */
export class TimesInOrder {
  readonly #disorderMs: number | undefined;
  readonly #progress = new Map<number, Progress>();
  /** Number of times that occur twice, and the moments of the last of them. */
  twice = 0;
  lastTwice: readonly number[] = [];

  /** @param disorderMs how much the rows may be out of order; undefined for rows that are in order */
  constructor(disorderMs: number | undefined) {
    this.#disorderMs = disorderMs;
  }

  /** Of two moments the first that does not go back in time; where the newest row comes first, the last that does not go forward. */
  resolve([first = 0, second]: readonly number[], channel: number): number {
    const progress = this.#progress.get(channel) ?? {
      ...{ lastMs: Number.NEGATIVE_INFINITY, firstMs: Number.POSITIVE_INFINITY, previousMs: first },
      ...{ falls: 0, isRepeating: false },
    };
    let timeMs = first;
    if (second !== undefined) {
      this.twice += 1;
      this.lastTwice = [first, second];
      if (progress.falls > 0) timeMs = this.#isPassed(progress.firstMs - second, progress) ? first : second;
      else if (this.#isPassed(first - progress.lastMs, progress)) timeMs = second;
    }
    if (timeMs === progress.lastMs || timeMs === progress.firstMs) progress.isRepeating = true;
    progress.falls += Math.sign(progress.previousMs - timeMs);
    progress.previousMs = timeMs;
    progress.lastMs = Math.max(progress.lastMs, timeMs);
    progress.firstMs = Math.min(progress.firstMs, timeMs);
    this.#progress.set(channel, progress);
    return timeMs;
  }

  /** Whether a moment, so far ahead of the rows, is one that they have passed. */
  #isPassed(aheadMs: number, { isRepeating }: Progress): boolean {
    if (this.#disorderMs !== undefined) return aheadMs < -this.#disorderMs;
    return aheadMs < 0 || (aheadMs === 0 && !isRepeating);
  }
}
