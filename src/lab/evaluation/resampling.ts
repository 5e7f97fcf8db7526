import { quantile } from 'simple-statistics';
import { drawOf } from '../detectors/draws.ts';

/** How often the runs are resampled for an interval. */
const resamples = 500;

/** How often each of some runs counts in each resample; each resample holds as many runs as there are. Seeded by the name. */
export function resampledWeights(runs: number, name: string): readonly (readonly number[])[] {
  return Array.from({ length: resamples }, (_, round) => {
    const weights = new Array<number>(runs).fill(0);
    for (let index = 0; index < runs; index += 1) {
      const drawn = Math.floor(drawOf(round, `bootstrap/${name}/${index}`) * runs);
      weights[drawn] = (weights[drawn] ?? 0) + 1;
    }
    return weights;
  });
}

/** The 95 % percentile interval of resampled figures; nulls are left aside. Null if there is nothing else. */
export function percentileInterval(
  drawn: readonly (number | null)[],
): { readonly low: number; readonly high: number } | null {
  const values = drawn.filter(value => value !== null);
  return values.length === 0 ? null : { low: quantile(values, 0.025), high: quantile(values, 0.975) };
}
