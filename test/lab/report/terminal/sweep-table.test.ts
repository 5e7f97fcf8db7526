import { describe, expect, test } from 'vitest';
import type { SweepPoint } from '../../../../src/lab/evaluation/sweep-points.ts';
import { sweepMarkdown } from '../../../../src/lab/report/sweep-markdown.ts';
import { sweepTable } from '../../../../src/lab/report/terminal/sweep-table.ts';

const strengths = [1.5, 2, 3, 4, 5, 6, 8, 10, 14];

function detector(
  id: string,
  role: SweepPoint['role'],
  recalls: readonly number[],
  variant = 'all',
): readonly SweepPoint[] {
  return recalls.map((recall, index) => ({
    ...{ anomaly: 'traffic-intensity', variant, detector: id, role, strength: strengths[index] ?? 0, labels: 24 },
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
  expect(lines[6]).toBe('traffic-intensity: median delay [min] by strength (z)');
  expect(lines[8]).toMatch(/^one-class-svm {9}- {2}910 {2}460/);
});

test('sweepTable: shows roles where there is room', () => {
  expect(sweepTable(points, 100)).toMatch(/^one-class-svm {7}learner {6}5 {2}0\.00/m);
});

describe('of several variants', () => {
  const variants = [
    ...points,
    ...detector('one-class-svm', 'learner', [1, 1, 1, 1, 1, 1, 1, 1, 1], 'outage'),
    ...detector('one-class-svm', 'learner', [0, 0, 0, 0, 0, 0.4, 0.8, 1, 1], 'surge'),
    ...detector('seasonal-naive-24h', 'baseline', [1, 1, 1, 1, 1, 1, 1, 1, 1], 'outage'),
    ...detector('seasonal-naive-24h', 'baseline', [0, 0, 0, 0, 0, 0, 0, 0, 0.4], 'surge'),
  ];

  test('sweepTable: a detector sees what it sees of each variant', () => {
    const lines = sweepTable(variants, 80).split('\n');
    expect(lines[2]).toMatch(/^one-class-svm {10}8 {2}0\.00/);
    expect(lines[3]).toMatch(/^seasonal-naive-24h {5}- {2}0\.00/);
    expect(lines.slice(11, 15)).toEqual([
      'traffic-intensity: sees, by variant (z)',
      'detector            outage  surge',
      'one-class-svm          1.5      8',
      'seasonal-naive-24h     1.5      -',
    ]);
  });

  test('sweepMarkdown: the same with delays, without the baselines that found less', () => {
    const worse = detector('ridge', 'baseline', [0, 0, 0, 0, 0, 0, 0, 0, 0]);
    const text = sweepMarkdown([...variants, ...worse]);
    expect(text).not.toContain('ridge');
    expect(text.split('\n').slice(0, 8)).toEqual([
      'traffic-intensity, recall and median delay by strength (z):',
      '',
      '| variant | detector | sees | 1.5 | 2 | 3 | 4 | 5 | 6 | 8 | 10 | 14 |',
      '| --- | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |',
      expect.stringMatching(/^\| all \| one-class-svm \| 8 \| 0\.00 \| 0\.10, 15\.2 h \| 0\.60, 7\.7 h \|/),
      expect.stringMatching(/^\| {2}\| seasonal-naive-24h \| - \| 0\.00 \|/),
      '|  | labels |  | 24 | 24 | 24 | 24 | 24 | 24 | 24 | 24 | 24 |',
      expect.stringMatching(/^\| outage \| one-class-svm \| 1\.5 \| 1\.00, 100 min \|/),
    ]);
  });
});
