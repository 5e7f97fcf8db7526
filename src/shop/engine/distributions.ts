import { randomExponential, randomLogNormal, randomNormal, randomPoisson } from 'd3-random';
import type { RandomStream } from './random.ts';

// d3-random's exponential, normal, log-normal and Poisson use log, log1p, sqrt and exp only; its gamma (shape < 1), beta and
// Pareto use Math.pow, whose last digit differs between Node versions, and so have no place here.

/** Exponential with the given mean, same unit as the mean. */
export function exponential(random: RandomStream, mean: number): number {
  return randomExponential.source(random.uniform)(1 / mean)();
}

/** Log-normal by its median and the standard deviation of its logarithm. */
export function logNormal(random: RandomStream, median: number, sigma: number): number {
  return randomLogNormal.source(random.uniform)(Math.log(median), sigma)();
}

/** Standard normal. */
export function standardNormal(random: RandomStream): number {
  return randomNormal.source(random.uniform)(0, 1)();
}

/** Poisson count with the given mean. */
export function poisson(random: RandomStream, mean: number): number {
  return mean > 0 ? randomPoisson.source(random.uniform)(mean)() : 0;
}

/** Number of failures before the first success; mean (1 - p) / p. */
export function geometric(random: RandomStream, p: number): number {
  return Math.floor(Math.log1p(-random.uniform()) / Math.log1p(-p));
}

/** True with the given probability; always one draw. */
export function chance(random: RandomStream, probability: number): boolean {
  return random.uniform() < probability;
}

/** Uniform in [low, high). */
export function between(random: RandomStream, low: number, high: number): number {
  return low + (high - low) * random.uniform();
}

/** One of the items, all equally likely. @throws TypeError when there is none */
export function pick<Item>(random: RandomStream, items: readonly Item[]): Item {
  const item = items[random.integer(0, items.length - 1)];
  if (item === undefined) throw new TypeError('pick from no items');
  return item;
}

/** The first index whose cumulative weight exceeds a draw; `cumulative` rises to its last entry, the total. O(log n). */
export function weightedIndex(random: RandomStream, cumulative: Float64Array): number {
  const target = random.uniform() * (cumulative[cumulative.length - 1] ?? 0);
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cumulative[middle] ?? 0) > target) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Running sums, for `weightedIndex`. */
export function cumulate(weights: readonly number[]): Float64Array {
  const sums = new Float64Array(weights.length);
  let sum = 0;
  weights.forEach((weight, index) => {
    sum += weight;
    sums[index] = sum;
  });
  return sums;
}
