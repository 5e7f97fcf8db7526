/** Figures of one channel, over the samples so far. */
export type ChannelFigures = {
  readonly length: number;
  /** Share of anomalous samples, 0 to 1; 0 without a sample. */
  readonly contamination: number;
  /** Lengths of the stretches of anomalous samples [samples]. */
  readonly anomalies: readonly number[];
  /** Null without a sample. */
  readonly mean: number | null;
  /** Of a sample, with n - 1; null for fewer than two values. */
  readonly stddev: number | null;
};

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

  figures(): ChannelFigures {
    const anomalous = this.#anomalies.reduce((total, samples) => total + samples, 0);
    return {
      length: this.#length,
      contamination: this.#length === 0 ? 0 : anomalous / this.#length,
      anomalies: this.#anomalies,
      mean: this.#length === 0 ? null : this.#mean,
      stddev: this.#length < 2 ? null : Math.sqrt(this.#squares / (this.#length - 1)),
    };
  }
}
