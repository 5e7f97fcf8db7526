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
  /** Sums over all hours. */
  #allSquares = 0;
  #allWeights = 0;
  #day = Number.NaN;

  /** @param perHour residuals that one hour has */
  constructor(perHour: number) {
    this.#perHour = Math.max(1, perHour);
  }

  /** @param hour of the local day, may be a fraction */
  push(day: number, hour: number, residual: number): void {
    if (day !== this.#day) {
      this.#day = day;
      this.#fade();
    }
    const place = Math.floor(hour);
    const square = Math.min(largestSquare, residual * residual) / this.#perHour;
    const weight = 1 / this.#perHour;
    this.#squares[place] = (this.#squares[place] ?? 0) + square;
    this.#weights[place] = (this.#weights[place] ?? 0) + weight;
    this.#allSquares += square;
    this.#allWeights += weight;
  }

  /** Standard deviation of residuals at this hour, relative to that of all hours; 1 before any is known. */
  of(hour: number): number {
    if (this.#allSquares === 0) return 1;
    const mean = this.#allSquares / this.#allWeights;
    let [squares, weights] = [priorDays * mean, priorDays];
    for (const [hours, share] of beside) {
      squares += share * at(this.#squares, hour + hours);
      weights += share * at(this.#weights, hour + hours);
    }
    return Math.sqrt(squares / weights / mean);
  }

  #fade(): void {
    const kept = 1 - 1 / memoryDays;
    for (let hour = 0; hour < 24; hour++) {
      this.#squares[hour] = (this.#squares[hour] ?? 0) * kept;
      this.#weights[hour] = (this.#weights[hour] ?? 0) * kept;
    }
    this.#allSquares *= kept;
    this.#allWeights *= kept;
  }
}

function at(sums: Float64Array, hour: number): number {
  return sums[(Math.floor(hour) + 24) % 24] ?? 0;
}
