/** What was seen fades to 1/e in so many days. */
const memoryDays = 28;
/** The mean of all hours counts as so many days. */
const priorDays = 4;
/** A square counts as at most this: an incident is no spread. */
const largestSquare = 9;
/** Hours beside one that count as well, and how much. */
const beside = [
  [-2, 0.25],
  [-1, 0.6],
  [0, 1],
  [1, 0.6],
  [2, 0.25],
] as const;

/** How much residuals vary at each local hour, against all hours: an evening may be less certain than a night. */
export class HourlySpread {
  readonly #perHour: number;
  readonly #squares = new Float64Array(24);
  readonly #weights = new Float64Array(24);
  #day = Number.NaN;

  /** @param perHour residuals that one hour has */
  constructor(perHour: number) {
    this.#perHour = Math.max(1, perHour);
  }

  /** @param hour of the local day, may be a fraction */
  push(day: number, hour: number, residual: number): void {
    if (day !== this.#day) {
      this.#day = day;
      for (const sums of [this.#squares, this.#weights])
        for (const [at, sum] of sums.entries()) sums[at] = sum * (1 - 1 / memoryDays);
    }
    this.#squares[Math.floor(hour)] =
      at(this.#squares, hour) + Math.min(largestSquare, residual * residual) / this.#perHour;
    this.#weights[Math.floor(hour)] = at(this.#weights, hour) + 1 / this.#perHour;
  }

  /** Standard deviation of residuals at this hour, relative to that of all hours; 1 before any is known. */
  of(hour: number): number {
    const all = this.#weights.reduce((sum, weight) => sum + weight, 0);
    if (all === 0) return 1;
    const mean = this.#squares.reduce((sum, square) => sum + square, 0) / all;
    let [squares, weights] = [priorDays * mean, priorDays];
    for (const [hours, share] of beside) {
      squares += share * at(this.#squares, hour + hours);
      weights += share * at(this.#weights, hour + hours);
    }
    return mean === 0 ? 1 : Math.sqrt(squares / weights / mean);
  }
}

function at(sums: Float64Array, hour: number): number {
  return sums[(Math.floor(hour) + 24) % 24] ?? 0;
}
