import { describe, expect, test } from 'vitest';
import { rankingOfScores } from '../../../../src/lab/detectors/ranking.ts';
import { affiliation } from '../../../../src/lab/evaluation/series-metrics/affiliation.ts';
import { bestNabScore, nabScore } from '../../../../src/lab/evaluation/series-metrics/nab-score.ts';
import { rangeBased } from '../../../../src/lab/evaluation/series-metrics/range-based.ts';
import { segmentsOf } from '../../../../src/lab/evaluation/series-metrics/segments.ts';
import { buffersUpTo, volumesUnderSurfaces } from '../../../../src/lab/evaluation/series-metrics/vus.ts';
import edgeCases from './edge-cases.json' with { type: 'json' };

/** Null where the reference has no value: what ours is there is in golden.test.ts and random-scores.test.ts. */
function expectClose(ours: number | null | undefined, reference: number | null | undefined) {
  if (reference !== null && reference !== undefined) expect(ours).toBeCloseTo(reference, 9);
}

/** Values of reference implementations; edge-cases.json says which. */
describe.each(edgeCases.cases)('metrics with $name', one => {
  const labels = [...one.labels].map(Number);
  const predicted = [...one.predicted].map(Number);
  const anomalies = segmentsOf(labels.length, index => labels[index] === 1);
  const predictions = segmentsOf(labels.length, index => predicted[index] === 1);

  test('rankingOfScores', () => {
    const ranked = one.scores.map((score, index) => ({ score, positive: labels[index] === 1 }));
    const { averagePrecision, rocAuc } = rankingOfScores(ranked);
    expectClose(averagePrecision, one.averagePrecision);
    expectClose(rocAuc, one.rocAuc);
  });

  test('volumesUnderSurfaces, rangeBased and affiliation', () => {
    const volumes = volumesUnderSurfaces(one.scores, labels, one.buffer);
    expectClose(volumes.roc, one.vus?.roc);
    expectClose(volumes.pr, one.vus?.pr);
    const range = rangeBased(anomalies, predictions);
    expectClose(range.precision, one.rangeBased.precision);
    expectClose(range.recall, one.rangeBased.recall);
    const near = affiliation(anomalies, predictions, labels.length);
    expectClose(near.precision, one.affiliation?.precision);
    expectClose(near.recall, one.affiliation?.recall);
  });

  test.each(['standard', 'reward_low_FP_rate', 'reward_low_FN_rate'] as const)(
    'nabScore and bestNabScore, %s',
    profile => {
      const [score, best] = one.nab[profile] ?? [];
      expectClose(nabScore([{ scores: predicted, windows: anomalies }], 1, profile), score);
      expectClose(bestNabScore([{ scores: one.scores, windows: anomalies }], profile)?.score, best);
    },
  );
});

test('buffersUpTo takes every length up to 99 samples, and then at most 100', () => {
  expect(buffersUpTo(3)).toEqual([0, 1, 2, 3]);
  expect(buffersUpTo(99)).toHaveLength(100);
  expect(buffersUpTo(3600)).toHaveLength(98);
  expect(buffersUpTo(3600).slice(0, 2)).toEqual([0, 37]);
});
