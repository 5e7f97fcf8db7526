export type ChannelFigures = ReturnType<ChannelFigureCounter['figures']>;

/** Collects the figures of a channel, sample by sample: those that TimeEval computes from a file. */
export class ChannelFigureCounter {
  #length = 0;
  #mean = 0;
  /** Sum of squared differences from the mean (Welford, Technometrics 4(3), 1962). */
  #squares = 0;
  #wasAnomalous = false;
  readonly #anomalies: number[] = [];

  push(value: number, isAnomalous: boolean): void {
    this.#length += 1;
    const difference = value - this.#mean;
    this.#mean += difference / this.#length;
    this.#squares += difference * (value - this.#mean);
    if (isAnomalous) this.#anomalies.push((this.#wasAnomalous ? (this.#anomalies.pop() ?? 0) : 0) + 1);
    this.#wasAnomalous = isAnomalous;
  }

  /** Of the samples so far. */
  figures() {
    const anomalous = this.#anomalies.reduce((total, samples) => total + samples, 0);
    return {
      length: this.#length,
      /** Share of anomalous samples, 0 to 1; 0 without a sample. */
      contamination: this.#length === 0 ? 0 : anomalous / this.#length,
      /** Lengths of the stretches of anomalous samples [samples]. */
      anomalies: this.#anomalies,
      /** Null without a sample. */
      mean: this.#length === 0 ? null : this.#mean,
      /** Of a sample, with n - 1; null for fewer than two values. */
      stddev: this.#length < 2 ? null : Math.sqrt(this.#squares / (this.#length - 1)),
    };
  }
}
