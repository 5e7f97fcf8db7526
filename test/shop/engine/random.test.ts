import { describe, expect, test } from 'vitest';
import { hash32, hash64, hash64Hex } from '../../../src/base/hash.ts';
import {
  between,
  chance,
  cumulate,
  exponential,
  geometric,
  logNormal,
  pick,
  poisson,
  standardNormal,
  weightedIndex,
} from '../../../src/shop/engine/distributions.ts';
import { type RandomStream, randomStreams } from '../../../src/shop/engine/random.ts';

describe('hashes', () => {
  // Reference values of the xxHash specification for the empty text and seed 0.
  test('are XXH64 and XXH32', () => {
    expect(hash64Hex('')).toBe('ef46db3751d8e999');
    expect(hash64('')).toBe(0xef46db3751d8e999n);
    expect(hash32('')).toBe(0x02cc5d05);
    expect(hash64Hex('abc')).toBe('44bc2cf5ad770999');
  });
});

describe('randomStreams', () => {
  test('give the same draws for the same seed and name, and others otherwise', () => {
    const draws = (seed: number, name: string) => {
      const { uniform } = randomStreams(seed).stream(name);
      return Array.from({ length: 5 }, uniform);
    };
    expect(draws(1, 'visit/1')).toEqual(draws(1, 'visit/1'));
    const all = [draws(1, 'visit/1'), draws(1, 'visit/2'), draws(2, 'visit/1'), draws(0, 'visit/1')];
    expect(new Set(all.flat()).size).toBe(20);
  });

  test('are not moved by draws elsewhere', () => {
    const streams = randomStreams(9);
    const [one, other] = [streams.stream('a'), streams.stream('b')];
    const undisturbed = randomStreams(9).stream('b');
    for (let index = 0; index < 10; index += 1) {
      one.uniform();
      expect(other.uniform()).toBe(undisturbed.uniform());
    }
  });

  test('of neighbouring names are uncorrelated: 2,000 pairs, within 4 standard errors', () => {
    const streams = randomStreams(3);
    const pairs = Array.from({ length: 2000 }, (_, index) => [
      streams.stream(`n/${index}`).uniform(),
      streams.stream(`n/${index + 1}`).uniform(),
    ]);
    const covariance = pairs.reduce((sum, [a = 0, b = 0]) => sum + (a - 0.5) * (b - 0.5), 0) / pairs.length;
    expect(Math.abs(covariance * 12)).toBeLessThan(4 / Math.sqrt(2000));
  });
});

/** Sample size of the moments below; tolerances are 5 standard errors of the mean. */
const size = 20_000;

describe('distributions', () => {
  const sample = (draw: (random: RandomStream) => number) => {
    const random = randomStreams(4).stream(draw.toString());
    return Array.from({ length: size }, () => draw(random));
  };
  test.each([
    ['exponential', (random: RandomStream) => exponential(random, 3), 3, 3],
    ['log-normal', (random: RandomStream) => logNormal(random, 2, 0.5), 2 * Math.exp(0.125), 1.208],
    ['normal', (random: RandomStream) => standardNormal(random), 0, 1],
    ['Poisson, small', (random: RandomStream) => poisson(random, 2.5), 2.5, Math.sqrt(2.5)],
    ['Poisson, large', (random: RandomStream) => poisson(random, 80), 80, Math.sqrt(80)],
    ['Poisson of nothing', (random: RandomStream) => poisson(random, 0), 0, 0],
    ['geometric', (random: RandomStream) => geometric(random, 0.3), 7 / 3, Math.sqrt(0.7) / 0.3],
    ['chance', (random: RandomStream) => Number(chance(random, 0.2)), 0.2, 0.4],
    ['between', (random: RandomStream) => between(random, 2, 6), 4, 4 / Math.sqrt(12)],
    ['pick', (random: RandomStream) => pick(random, [1, 2, 3]), 2, Math.sqrt(2 / 3)],
    ['weighted index', (random: RandomStream) => weightedIndex(random, cumulate([1, 0, 3])), 1.5, Math.sqrt(0.75)],
  ])('%s has the mean of theory', (_, draw, mean, deviation) => {
    const values = sample(draw);
    const found = values.reduce((sum, value) => sum + value, 0) / size;
    expect(Math.abs(found - mean)).toBeLessThanOrEqual((5 * deviation) / Math.sqrt(size) + 1e-12);
  });

  test('an index of weight 0 is never drawn', () => {
    expect(sample(random => weightedIndex(random, cumulate([1, 0, 3])))).not.toContain(1);
  });
});
