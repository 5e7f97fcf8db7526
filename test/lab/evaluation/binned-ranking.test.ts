import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rankingOfScores } from '../../../src/lab/detectors/ranking.ts';
import { binned, rankingOfBins } from '../../../src/lab/evaluation/binned-ranking.ts';
import { scoreCounter, unpackedCounts } from '../../../src/lab/evaluation/run-outcome.ts';

test('rankingOfBins gives the average precision and ROC area of all units of the pooled runs', () => {
  const units = fc.array(fc.record({ score: fc.integer({ min: 0, max: 9 }), positive: fc.boolean() }), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(units, units, (first, second) => {
      const counts = [first, second].map(run => {
        const counter = scoreCounter();
        for (const { score, positive } of run) counter.push(score, positive ? [label] : []);
        return unpackedCounts(counter.counts());
      });
      const ranking = rankingOfBins(binned(counts, undefined), [1, 1]);
      const expected = rankingOfScores([...first, ...second]);
      for (const figure of ['averagePrecision', 'rocAuc'] as const) {
        if (expected[figure] === null) expect(ranking[figure]).toBeNull();
        else expect(ranking[figure]).toBeCloseTo(expected[figure], 12);
      }
    }),
  );
});

const label = {
  ...{ id: 'l', anomaly: 'a', variant: 'v', intensity: 'subtle', taxonomy: '', target: '', entities: [] },
  ...{ start: '', end: '', effect_start: '', effect_end: '', parameters: {}, receipt: {} },
};
