/**
 * A quantile of small whole numbers over the last one to two generations of a stream; constant memory. It counts values in bins 0..`largest` (larger ones
 * fall into the last), so that a few extreme values cannot move the quantile.
 *
 * @param options.share which quantile (0, 1]: 0.95 is the value that 95 % do not exceed
 */
export function runningQuantile(options: {
  readonly share: number;
  readonly largest: number;
  readonly fallback: number;
  readonly minimumCount: number;
}) {
  let current = new Uint32Array(options.largest + 1);
  let previous = new Uint32Array(options.largest + 1);
  let total = 0;
  let currentTotal = 0;
  return {
    add(value: number): void {
      const bin = Math.min(options.largest, Math.max(0, Math.floor(value)));
      current[bin] = (current[bin] ?? 0) + 1;
      total += 1;
      currentTotal += 1;
    },
    /** The quantile, or `fallback` while fewer than `minimumCount` values are known. */
    value(): number {
      if (total < options.minimumCount) return options.fallback;
      let seen = 0;
      for (let bin = 0; bin <= options.largest; bin += 1) {
        seen += (current[bin] ?? 0) + (previous[bin] ?? 0);
        if (seen >= options.share * total) return bin;
      }
      return options.largest;
    },
    /** Begins a new generation; the one before the last is dropped. */
    rotate(): void {
      previous = current;
      current = new Uint32Array(options.largest + 1);
      total = currentTotal;
      currentTotal = 0;
    },
  };
}
