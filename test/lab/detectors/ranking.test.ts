import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { rankingOfScores } from '../../../src/lab/detectors/ranking.ts';

const golden = z
  .object({ score: z.array(z.number()), label: z.array(z.number()), averagePrecision: z.number(), rocAuc: z.number() })
  .parse(JSON.parse(readFileSync(new URL('./ranking.golden.json', import.meta.url), 'utf8')));

const units = golden.score.map((score, index) => ({ score, positive: golden.label[index] === 1 }));

test('rankingOfScores: agrees with scikit-learn', () => {
  const { averagePrecision, rocAuc } = rankingOfScores(units);
  expect(averagePrecision).toBeCloseTo(golden.averagePrecision, 12);
  expect(rocAuc).toBeCloseTo(golden.rocAuc, 12);
});

test('rankingOfScores: equal scores count together, whatever their order', () => {
  const tied = [true, false, false, true].map(positive => ({ score: 1, positive }));
  expect(rankingOfScores(tied)).toEqual({ averagePrecision: 0.5, rocAuc: 0.5 });
  expect(
    rankingOfScores([
      { score: 1, positive: true, count: 2 },
      { score: 1, positive: false, count: 2 },
    ]),
  ).toEqual({ averagePrecision: 0.5, rocAuc: 0.5 });
});

test('rankingOfScores: a rising transformation of the scores changes nothing', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ score: fc.integer({ min: -9, max: 9 }), positive: fc.boolean() })), given => {
      const stretched = given.map(({ score, positive }) => ({ score: score * score * score + score, positive }));
      expect(rankingOfScores(stretched)).toEqual(rankingOfScores(given));
    }),
  );
});

test('rankingOfScores: null without what they compare', () => {
  expect(rankingOfScores([{ score: 1, positive: false }])).toEqual({ averagePrecision: null, rocAuc: null });
  expect(rankingOfScores([{ score: 1, positive: true }])).toEqual({ averagePrecision: 1, rocAuc: null });
});
