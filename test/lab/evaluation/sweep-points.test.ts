import { expect, test } from 'vitest';
import { noScores, type RunOutcome } from '../../../src/lab/evaluation/run-outcome.ts';
import { seenFrom, sweepPoints } from '../../../src/lab/evaluation/sweep-points.ts';

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
  ...{ rightAlarms: [], falseAlarms: 0, nearMissAlarms: 0, scores: noScores },
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

test('sweepPoints: each variant, too, where there are several; seenFrom asks for each of them', () => {
  const runs = Array.from({ length: 4 }, (_, run) => {
    const { labels, ...rest } = outcome(run, { 'a-at-1': 10, 'b-at-1': null, 'a-at-2': 10, 'b-at-2': 20 });
    return { ...rest, labels: labels.map(label => ({ ...label, variant: label.id.charAt(0) })) };
  });
  const points = sweepPoints(runs, ({ id }) => Number(id.split('-at-')[1]));
  expect(points.map(({ variant, strength, labels, recall }) => [variant, strength, labels, recall])).toEqual([
    ['all', 1, 8, 0.5],
    ['all', 2, 8, 1],
    ['a', 1, 4, 1],
    ['a', 2, 4, 1],
    ['b', 1, 4, 0],
    ['b', 2, 4, 1],
  ]);
  expect(seenFrom(points)).toBe(2);
  expect(seenFrom(points.filter(({ variant }) => variant === 'a'))).toBe(1);
});
