import { expect, test } from 'vitest';
import type { SweepPoint } from '../../../src/lab/evaluation/sweep-points.ts';
import { sweepTable } from '../../../src/lab/report/sweep-table.ts';

const strengths = [1.5, 2, 3, 4, 5, 6, 8, 10, 14];

function detector(id: string, role: SweepPoint['role'], recalls: readonly number[]): readonly SweepPoint[] {
  return recalls.map((recall, index) => ({
    ...{ anomaly: 'traffic-intensity', detector: id, role, strength: strengths[index] ?? 0, labels: 24 },
    ...{ detected: Math.round(24 * recall), recall, recallLow: 0, recallHigh: 1 },
    delayMinutesMedian: recall === 0 ? null : 1000 - 900 * recall,
  }));
}

const points = [
  ...detector('one-class-svm', 'learner', [0, 0.1, 0.6, 0.4, 0.5, 0.7, 0.9, 1, 1]),
  ...detector('seasonal-naive-24h', 'baseline', [0, 0, 0, 0, 0, 0, 0.1, 0.2, 0.3]),
];

test('sweepTable: recall and delay by strength, and where each detector stops seeing, in 80 columns', () => {
  const lines = sweepTable(points, 80).split('\n');
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
  expect(lines.slice(0, 5)).toEqual([
    'traffic-intensity: recall by strength (z)',
    'detector            sees   1.5     2     3     4     5     6     8    10    14',
    'one-class-svm          5  0.00  0.10  0.60  0.40  0.50  0.70  0.90  1.00  1.00',
    'seasonal-naive-24h     -  0.00  0.00  0.00  0.00  0.00  0.00  0.10  0.20  0.30',
    'labels                      24    24    24    24    24    24    24    24    24',
  ]);
  expect(lines[8]).toMatch(/^one-class-svm {10}5 {4}- {2}910 {2}460/);
});

test('sweepTable: shows roles where there is room', () => {
  expect(sweepTable(points, 100)).toMatch(/^one-class-svm {7}learner {6}5 {2}0\.00/m);
});
