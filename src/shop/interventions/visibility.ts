import { hourMs } from '../../base/time.ts';
import type { Demand } from '../customers/demand.ts';

/** Variance over mean of the visits of an hour, for the estimate below; measured on NASA's requests and UCI's orders: 1.3-5. */
const fanoFactor = 2;

/**
 * How far a relative change of the number of visits stands out from chance: z = |change| · sqrt(mu / F), with mu visits expected
 * in the interval. Below about 3 nobody can see it reliably, whatever the detector (Renz et al. 2023, arXiv 2308.12925).
 * Example: half of 36 visits missing gives z = 0.5 · sqrt(36 / 2) = 2.1.
 */
export function visibility(
  demand: Demand,
  interval: { readonly startMs: number; readonly endMs: number },
  /** The change as a share of the visits expected. */
  relative: (visitsExpected: number) => number,
) {
  const stepMs = 600_000;
  let visitsExpected = 0;
  for (let timeMs = interval.startMs; timeMs < interval.endMs; timeMs += stepMs) {
    visitsExpected += (demand.expectedPerHour(timeMs) * Math.min(stepMs, interval.endMs - timeMs)) / hourMs;
  }
  return {
    visitsExpected: Math.round(visitsExpected * 10) / 10,
    visibilityZ: Math.round(relative(visitsExpected) * Math.sqrt(visitsExpected / fanoFactor) * 100) / 100,
  };
}
