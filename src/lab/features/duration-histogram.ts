/** How often which durations were seen, with weights that can fade. */
export type DurationHistogram = ReturnType<typeof durationHistogram>;

/** 2 to the power of 0, 1/4, 1/2 and 3/4. */
const quarterDoublings = [1, 1.189207115002721, Math.SQRT2, 1.681792830507429] as const;

/** An empty histogram with four bins for each doubling, from 1 ms on: a quantile is right to 19 %. */
export function durationHistogram() {
  const bins: number[] = [];
  let total = 0;
  return {
    add(durationMs: number): void {
      const bin = Math.ceil(4 * Math.log2(Math.max(1, durationMs)));
      while (bins.length <= bin) bins.push(0);
      bins[bin] = (bins[bin] ?? 0) + 1;
      total += 1;
    },
    /** The upper end of the bin that holds this quantile [ms]. */
    quantile(share: number): number {
      let seen = 0;
      for (let bin = 0; bin < bins.length; bin += 1) {
        seen += bins[bin] ?? 0;
        if (seen >= share * total) return (quarterDoublings[bin % 4] ?? 1) * 2 ** Math.floor(bin / 4);
      }
      return 0;
    },
    /** Multiplies what was added so far by `factor`. */
    weaken(factor: number): void {
      total = 0;
      for (const [bin, count] of bins.entries()) {
        bins[bin] = count * factor;
        total += count * factor;
      }
    },
  };
}
