import { sum } from '../../../base/sum.ts';

/** The variance of a count with mean μ: φμ + τ²μ². */
export type CountVariance = {
  /** φ: 1 for Poisson counts, more if messages come in bunches. */
  readonly dispersion: number;
  /** τ²: how uncertain the mean itself is, as a share of it, squared. */
  readonly relative: number;
};

/**
 * How far a count lies from its mean, in standard deviations, by the transform that makes the variance constant:
 * 2/τ (arsinh(τ√(c/φ)) - arsinh(τ√(μ/φ))), with 3/8 added to both so that 0 stays finite (Anscombe 1948); for τ = 0 it is
 * 2(√c - √μ)/√φ. Worked values: 100 against 64 gives 3.99 for φ = 1, τ = 0, and 2.37 for τ = 0.15.
 */
export function countResidual(count: number, mean: number, { dispersion, relative }: CountVariance): number {
  const tau = Math.sqrt(relative);
  return stabilised(count, dispersion, tau) - stabilised(mean, dispersion, tau);
}

function stabilised(value: number, dispersion: number, tau: number): number {
  const root = Math.sqrt((Math.max(0, value) + 0.375) / dispersion);
  return tau < 1e-6 ? 2 * root : (2 / tau) * Math.asinh(tau * root);
}

/** Residuals whose squares are larger than so many times the expected are taken for this: near misses are no noise. */
const largestSquare = 12;

/**
 * Fits φ and τ² to counts and their means: (c - μ)²/μ is φ + τ²μ on average, by least squares with weights 1/(1 + μ/mean of μ)²,
 * φ at least 1 as of Poisson counts. The largest squares are clipped in a second pass.
 */
export function fitCountVariance(counts: readonly number[], means: readonly number[]): CountVariance {
  const isKnown = (_: unknown, index: number) => (means[index] ?? 0) > 0.05;
  const [knownCounts, knownMeans] = [counts.filter(isKnown), means.filter(isKnown)];
  if (knownMeans.length < 2) return { dispersion: 1, relative: 0 };
  const average = sum(knownMeans, mean => mean) / knownMeans.length;
  let fitted: CountVariance = { dispersion: Number.POSITIVE_INFINITY, relative: 0 };
  for (let pass = 0; pass < 3; pass += 1) {
    let [w, wx, wxx, wy, wxy] = [0, 0, 0, 0, 0];
    for (const [index, mean] of knownMeans.entries()) {
      const weight = 1 / (1 + mean / average) ** 2;
      const limit = largestSquare * (fitted.dispersion + fitted.relative * mean);
      const square = Math.min(((knownCounts[index] ?? 0) - mean) ** 2 / mean, limit);
      w += weight;
      wx += weight * mean;
      wxx += weight * mean * mean;
      wy += weight * square;
      wxy += weight * mean * square;
    }
    const determinant = w * wxx - wx * wx;
    const slope = determinant > 1e-9 * w * wxx ? (w * wxy - wx * wy) / determinant : 0;
    const relative = Math.max(0, slope);
    const dispersion = (wy - relative * wx) / w;
    // Where a bound holds, the other parameter alone explains the squares.
    fitted =
      dispersion >= 1
        ? { dispersion, relative }
        : { dispersion: 1, relative: Math.max(0, (wxy - wx) / Math.max(wxx, 1e-9)) };
  }
  return fitted;
}
