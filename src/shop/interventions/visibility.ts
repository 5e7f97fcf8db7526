import { hourMs, minuteMs, type Span } from '../../base/time.ts';
import type { Intensity } from '../../data/dataset/anomaly-facts.ts';
import type { ExpectedDemand } from '../customers/expected-demand.ts';
import { between } from '../engine/distributions.ts';
import type { RandomStream } from '../engine/random.ts';

/*
 * How far a volume anomaly stands out from chance, as a number z of standard deviations. A count with mean mu has the variance
 * F · mu + (tau · mu)^2: chance in visits, and what is unknown of the day's level.
 */

/** The strength that is asked for. */
export type Strong = {
  readonly intensity: Intensity;
  /**
   * For an anomaly of the whole shop: z, in place of the range of its intensity. For others: a factor on the size of that intensity, which is the
   * units that hoarders want to hold, or the people who exploit a price. Default: as the intensity says.
   */
  readonly strength?: number | undefined;
};

/** Variance over mean of the visits of an hour; measured on NASA's requests and UCI's orders: 1.3-5. */
const fanoFactor = 2;
/** Coefficient of variation of a day's level that calendar, campaigns and the hours before do not explain (tau). */
const levelCv = 0.12;

/** What the intensities of volume anomalies mean: ranges of z. Below about 3 no detector can see it reliably (Renz et al. 2023, arXiv 2308.12925). */
export const zOfIntensity = {
  subtle: { from: 4, to: 6 },
  moderate: { from: 6, to: 10 },
  blatant: { from: 10, to: 16 },
} as const satisfies Readonly<Record<Intensity, { readonly from: number; readonly to: number }>>;

/** The z that is asked for: a range of an intensity, or a strength and what is near it. */
export function zRange({ intensity, strength }: Strong): { readonly from: number; readonly to: number } {
  return strength === undefined ? zOfIntensity[intensity] : { from: 0.9 * strength, to: 1.1 * strength };
}

/** A z within the range that is asked for, away from its ends. */
export function drawZ(random: RandomStream, strong: Strong): number {
  const { from, to } = zRange(strong);
  const margin = Math.min(0.2, (to - from) / 10);
  return between(random, from + margin, to - margin);
}

/** Visits that the calendar and the announced campaigns let expect in a span of time, each weighted by its moment. */
export function visitsExpected(
  demand: ExpectedDemand,
  span: Span,
  weight: (timeMs: number) => number = () => 1,
): number {
  return overHours(span, timeMs => demand.expectedPerHour(timeMs) * weight(timeMs));
}

/** The integral of a number that changes with time, whose unit of time is the hour. */
export function overHours({ startMs, endMs }: Span, at: (timeMs: number) => number): number {
  const stepMs = 10 * minuteMs;
  let total = 0;
  for (let fromMs = startMs; fromMs < endMs; fromMs += stepMs) {
    const lengthMs = Math.min(stepMs, endMs - fromMs);
    total += (at(fromMs + lengthMs / 2) * lengthMs) / hourMs;
  }
  return total;
}

/**
 * The z of an excess: additional / sqrt(F · mu + (tau · mu)^2). Example: 130 beside 100 expected give 130 / sqrt(200 + 144) = 7.01.
 *
 * @param expected mu
 */
export function zOfExcess(expected: number, additional: number): number {
  return additional / deviation(expected);
}

/** The excess that stands out by `z`: the inverse of `zOfExcess`. */
export function excessOfZ(expected: number, z: number): number {
  return z * deviation(expected);
}

/**
 * The z of a deficit: the difference of the variance-stabilised counts, z = g(mu) - g((1 - share) · mu) with g(m) = 2 / tau · asinh(tau · sqrt(m / F)).
 * The formula for excesses would never exceed 1 / tau = 8.3, however long nothing comes: it counts the level's uncertainty in full, although
 * it shrinks with what is left. Example: all of 100 expected missing give 2 / 0.12 · asinh(0.849) = 12.87.
 */
export function zOfDeficit(expected: number, missingShare: number): number {
  return stabilised(expected) - stabilised(expected * (1 - missingShare));
}

/** The share that must be missing to stand out by `z`: the inverse of `zOfDeficit`. Undefined where even silence stands out less. */
export function deficitOfZ(expected: number, z: number): number | undefined {
  const left = stabilised(expected) - z;
  if (left < 0) return undefined;
  const grown = Math.exp((left * levelCv) / 2);
  const root = (grown - 1 / grown) / (2 * levelCv);
  return 1 - (fanoFactor * root * root) / expected;
}

function deviation(expected: number): number {
  return Math.sqrt(fanoFactor * expected + levelCv * levelCv * expected * expected);
}

function stabilised(count: number): number {
  const x = levelCv * Math.sqrt(count / fanoFactor);
  // asinh, from what is the same in all versions of Node.
  return (2 / levelCv) * Math.log(x + Math.sqrt(x * x + 1));
}
