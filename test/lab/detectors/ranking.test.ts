import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { averagePrecision, rocAuc } from '../../../src/lab/detectors/ranking.ts';

const golden = z
  .object({ score: z.array(z.number()), label: z.array(z.number()), averagePrecision: z.number(), rocAuc: z.number() })
  .parse(JSON.parse(readFileSync(new URL('./ranking.golden.json', import.meta.url), 'utf8')));

const units = golden.score.map((score, index) => ({ score, positive: golden.label[index] === 1 }));

test('averagePrecision and rocAuc: agree with scikit-learn', () => {
  expect(averagePrecision(units)).toBeCloseTo(golden.averagePrecision, 12);
  expect(rocAuc(units)).toBeCloseTo(golden.rocAuc, 12);
});

test('averagePrecision and rocAuc: equal scores count together, whatever their order', () => {
  const tied = [true, false, false, true].map(positive => ({ score: 1, positive }));
  expect(averagePrecision(tied)).toBe(0.5);
  expect(rocAuc(tied)).toBe(0.5);
  expect(
    averagePrecision([
      { score: 1, positive: true, count: 2 },
      { score: 1, positive: false, count: 2 },
    ]),
  ).toBe(0.5);
});

test('averagePrecision and rocAuc: a rising transformation of the scores changes nothing', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ score: fc.integer({ min: -9, max: 9 }), positive: fc.boolean() })), given => {
      const stretched = given.map(({ score, positive }) => ({ score: score * score * score + score, positive }));
      expect(averagePrecision(stretched)).toEqual(averagePrecision(given));
      expect(rocAuc(stretched)).toEqual(rocAuc(given));
    }),
  );
});

test('averagePrecision and rocAuc: null without what they compare', () => {
  expect(averagePrecision([{ score: 1, positive: false }])).toBeNull();
  expect(rocAuc([{ score: 1, positive: true }])).toBeNull();
});
