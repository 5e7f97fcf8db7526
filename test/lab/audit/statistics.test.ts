import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { kolmogorovSmirnov, uniformDistance } from '../../../src/lab/audit/kolmogorov-smirnov.ts';
import { precisionAgainst } from '../../../src/lab/audit/leak-test.ts';
import { oneLiners } from '../../../src/lab/audit/one-liners.ts';
import { binomialTail } from '../../../src/lab/audit/position-bias.ts';
import { sampleOf } from '../../../src/lab/audit/sample.ts';
import { rankingOfScores } from '../../../src/lab/detectors/ranking.ts';
import { randomStreams } from '../../../src/shop/engine/random.ts';

/** Made by scipy and numpy; the file says which versions and functions. */
const golden = JSON.parse(readFileSync(new URL('statistics.golden.json', import.meta.url), 'utf8'));

describe('kolmogorovSmirnov', () => {
  test.each<[number, number, number]>(golden.kolmogorovSmirnov)(
    '%i values at a distance of %d: p = %d',
    (count, distance, p) => {
      // scipy is exact up to 140 values, then good for six digits.
      expect(kolmogorovSmirnov(distance, count)).toBeCloseTo(p, count <= 140 ? 9 : 6);
    },
  );

  test('is that of a whole sample', () => {
    const { values, distance, pValue } = golden.sample;
    expect(uniformDistance(values)).toBeCloseTo(distance, 12);
    expect(kolmogorovSmirnov(uniformDistance(values), values.length)).toBeCloseTo(pValue, 9);
  });

  test('knows what is certain', () => {
    expect(kolmogorovSmirnov(0.4, 0)).toBe(1);
    expect(kolmogorovSmirnov(1, 3)).toBe(0);
    expect(kolmogorovSmirnov(0.001, 3)).toBe(1);
  });
});

test.each<[number, number, number, number]>(golden.binomialTail)(
  'binomialTail of at least %i in %i at %d is %d',
  (successes, trials, share, p) => {
    expect(binomialTail(successes, trials, share)).toBeCloseTo(p, 12);
  },
);

describe('oneLiners', () => {
  const { values, scores } = golden.oneLiners;

  test.each(Object.keys(scores))('%s is what numpy has', name => {
    const found = oneLiners.find(oneLiner => oneLiner.name === name)?.scores(values) ?? [];
    expect(found).toHaveLength(values.length);
    for (const [index, score] of found.entries()) expect(score, `value ${index}`).toBeCloseTo(scores[name][index], 9);
  });

  test('are thirteen, and depend on no value out of their reach', () => {
    expect(oneLiners).toHaveLength(13);
    for (const { name, scores: of, before, after } of oneLiners.filter(one => one.name !== '|x - median|')) {
      const changed = values.map((value: number, index: number) => (index === 35 ? value + 50 : value));
      const [was, is] = [of(values), of(changed)];
      const moved = [...was.keys()].filter(index => was[index] !== is[index]);
      expect(Math.min(...moved), name).toBeGreaterThanOrEqual(35 - after);
      expect(Math.max(...moved), name).toBeLessThanOrEqual(35 + before);
    }
  });
});

test('precisionAgainst is average precision, with ties and counts', () => {
  const { integer } = randomStreams(1).stream('precision');
  for (let round = 0; round < 200; round += 1) {
    const negatives = Array.from({ length: integer(1, 30) }, () => ({
      score: integer(0, 9),
      positive: false,
      count: integer(1, 3),
    }));
    const positives = Array.from({ length: integer(1, 12) }, () => integer(0, 9));
    const expected = rankingOfScores([
      ...negatives,
      ...positives.map(score => ({ score, positive: true })),
    ]).averagePrecision;
    expect(precisionAgainst(negatives)(positives)).toBeCloseTo(expected ?? -1, 12);
  }
});

test('sampleOf keeps as many as it may, whatever their order, and all of a few', () => {
  const names = Array.from({ length: 5000 }, (_, index) => `item-${index}`);
  const taken = (from: readonly string[]) => {
    const sample = sampleOf<string>(100, 3);
    for (const name of from) sample.add(name, name);
    return { items: [...sample.items()].sort(), seen: sample.seen() };
  };
  expect(taken(names).items).toHaveLength(100);
  expect(taken(names).seen).toBe(5000);
  expect(taken(names)).toEqual(taken([...names].reverse()));
  expect(taken(names.slice(0, 7)).items).toEqual(names.slice(0, 7));
});
