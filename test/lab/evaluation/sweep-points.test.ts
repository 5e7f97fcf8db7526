import { expect, test } from 'vitest';
import type { RunOutcome } from '../../../src/lab/evaluation/run-outcome.ts';
import { sweepPoints } from '../../../src/lab/evaluation/sweep-points.ts';

const outcome = (run: number, delays: Readonly<Record<string, number | null>>, detector = 'd'): RunOutcome => ({
  ...{
    run: String(run),
    days: 22,
    anomaly: 'price-error',
    detector,
    role: detector === 'null' ? 'control' : 'learner',
  },
  labels: Object.entries(delays).map(([id, delayMinutes]) => ({
    ...{ id, variant: 'v', intensity: 'subtle', isVisible: true, z: null, delayMinutes },
  })),
  ...{ rightAlarms: [], falseAlarms: 0, nearMissAlarms: 0, nearMisses: {}, scores: [] },
});

test('sweepPoints: recall and delay of each strength, weakest first, without controls', () => {
  const runs = Array.from({ length: 10 }, (_, run) => [
    outcome(run, { 'a-at-2': 30, 'b-at-2': run < 5 ? 50 : null, 'a-at-0.5': null }),
    outcome(run, { 'a-at-2': null }, 'null'),
  ]);
  const points = sweepPoints(runs.flat(), ({ id }) => Number(id.split('-at-')[1]));
  expect(points.map(({ detector, strength }) => `${detector} ${strength}`)).toEqual(['d 0.5', 'd 2']);
  expect(points[0]).toMatchObject({ labels: 10, detected: 0, recall: 0, recallLow: 0, delayMinutesMedian: null });
  expect(points[1]).toMatchObject({ labels: 20, detected: 15, recall: 0.75, delayMinutesMedian: 30 });
  expect(points[1]?.recallLow).toBeGreaterThan(0.55);
  expect(points[1]?.recallLow).toBeLessThan(0.75);
  expect(points[1]?.recallHigh).toBeGreaterThan(0.75);
});
