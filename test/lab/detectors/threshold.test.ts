import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alarmMerger } from '../../../src/lab/detectors/alarms.ts';
import { drawOf } from '../../../src/lab/detectors/draws.ts';
import {
  joinTallies,
  type TalliedScore,
  tallyAccumulator,
  thresholdFromCleanDays,
  thresholdFromTail,
} from '../../../src/lab/detectors/threshold.ts';
import { scored, windowMs } from '../../support/units.ts';

type Given = { readonly id: string; readonly window: number; readonly score: number };

function tallyOf(units: readonly Given[], days: number, capacity?: number, alarmGapMs = windowMs) {
  const keeper = tallyAccumulator({ windowMs, alarmGapMs }, capacity);
  for (const { id, window, score } of units) keeper.push({ score, entity: id, startMs: window * windowMs });
  return keeper.finish(days);
}

function alarmsAbove(units: readonly Given[], threshold: number, gapMs: number): number {
  const merger = alarmMerger({ detector: 'd', anomaly: 'a', threshold, gapMs });
  const ordered = [...units].sort((a, b) => a.window - b.window);
  return [...ordered.flatMap(each => merger.push(scored(each.id, each.window, each.score))), ...merger.finish()].length;
}

const unitsOf = fc.uniqueArray(fc.record({ id: fc.constantFrom('u', 'v'), window: fc.nat(12), score: fc.nat(8) }), {
  selector: ({ id, window }) => `${id}/${window}`,
  minLength: 1,
});

test('thresholdFromCleanDays: the lowest score whose merged alarms, and those of all higher ones, are one less than the budget', () => {
  fc.assert(
    fc.property(unitsOf, fc.nat(3), fc.integer({ min: 1, max: 4 }), (units, allowed, gapWindows) => {
      const gapMs = gapWindows * windowMs;
      const threshold = thresholdFromCleanDays(tallyOf(units, 100, undefined, gapMs), allowed / 100);
      expect(threshold.falseAlarms).toBe(alarmsAbove(units, threshold.value, gapMs));
      const scores = [...new Set(units.map(({ score }) => score))].sort((a, b) => b - a);
      const firstExcess = scores.findIndex(score => alarmsAbove(units, score, gapMs) > Math.max(0, allowed - 1));
      expect(threshold.value).toBe(firstExcess === -1 ? scores.at(-1) : scores[firstExcess - 1]);
    }),
  );
});

test('thresholdFromCleanDays: one long alarm at the bottom is not taken for few alarms', () => {
  const units = [0, 2, 4, 6].map(window => ({ id: 'u', window, score: 5 }));
  const below = [1, 3, 5, 7].map(window => ({ id: 'u', window, score: 1 }));
  expect(thresholdFromCleanDays(tallyOf([...units, ...below], 200), 2 / 200).value).toBe(5);
});

test('thresholdFromCleanDays: other days have as many alarms as the budget says, not one more', () => {
  // 220 days with a window each; the budget is three alarms in them. Mean of 400 samples, standard error 0.1.
  const daysOf = (sample: number) =>
    Array.from({ length: 220 }, (_, day) => ({ id: 'u', window: 2 * day, score: drawOf(sample, `${day}`) }));
  const found = Array.from({ length: 400 }, (_, sample) => {
    const { value } = thresholdFromCleanDays(tallyOf(daysOf(sample), 220), 3 / 220);
    return daysOf(1000 + sample).filter(({ score }) => score > value).length;
  });
  const mean = found.reduce((sum, count) => sum + count, 0) / found.length;
  expect(Math.abs(mean - 3)).toBeLessThan(0.5);
});

test('thresholdFromCleanDays: says when there were too few days', () => {
  expect(thresholdFromCleanDays(tallyOf([{ id: 'u', window: 0, score: 1 }], 22)).note).toContain('fewer than the 200');
  expect(thresholdFromCleanDays(tallyOf([{ id: 'u', window: 0, score: 1 }], 220)).note).not.toContain('fewer');
  expect(thresholdFromCleanDays(tallyOf([{ id: 'u', window: 0, score: 1 }], 1)).note).toContain(
    '1 clean validation day;',
  );
  expect(thresholdFromTail(tallyOf([{ id: 'u', window: 0, score: 1 }], 1)).note).toContain('1 clean training day;');
});

test('thresholdFromCleanDays: says how many alarms it leaves', () => {
  const noteOf = (perDay: number) =>
    thresholdFromCleanDays(tallyOf([{ id: 'u', window: 0, score: 1 }], 220), perDay).note;
  expect(noteOf(1 / 1000)).toMatch(/^lowest score that leaves no merged alarm in 220 clean validation days;/);
  expect(noteOf(1 / 22)).toMatch(/^lowest score that leaves at most \d+ merged alarms in 220 clean validation days;/);
});

test('tallyAccumulator: a bounded tally gives the threshold of the whole', () => {
  const units = Array.from({ length: 5000 }, (_, index) => ({
    id: `u-${index % 50}`,
    window: Math.floor(index / 50) * 2,
    score: Math.floor(drawOf(1, `${index}`) * 1000),
  }));
  const whole = tallyOf(units, 200, 5000);
  const bounded = tallyOf(units, 200, 100);
  expect(bounded.runs[0]?.length).toBeLessThanOrEqual(100);
  expect(thresholdFromCleanDays(bounded)).toEqual(thresholdFromCleanDays(whole));
});

test('tallyAccumulator: when what was dropped would be needed, the threshold stays above it', () => {
  const same: TalliedScore[] = Array.from({ length: 300 }, (_, index) => ({ score: 0, entity: 'u', startMs: index }));
  const keeper = tallyAccumulator({ windowMs }, 100);
  for (const each of same) keeper.push(each);
  expect(thresholdFromCleanDays(keeper.finish(200))).toMatchObject({ value: 0, falseAlarms: 0 });
});

test('joinTallies: alarms of two runs never merge, days add up', () => {
  const run = tallyOf([{ id: 'u', window: 0, score: 2 }], 100);
  const joined = joinTallies([run, run]);
  expect(joined.days).toBe(200);
  expect(thresholdFromCleanDays(joined, 1 / 200)).toMatchObject({ value: 2, falseAlarms: 0 });
  expect(thresholdFromCleanDays(joined, 2 / 200)).toMatchObject({ value: 2, falseAlarms: 0 });
});

test('thresholdFromTail: on exponential scores it comes near the true quantile', () => {
  // 22 days of 48 windows; one expected exceedance of a unit exponential is at ln(1056) = 6.96. Mean of 40 samples, standard error 0.2.
  const thresholds = Array.from({ length: 40 }, (_, sample) => {
    const units = Array.from({ length: 1056 }, (_unused, window) => ({
      id: 'shop',
      window,
      score: -Math.log(1 - drawOf(sample, `${window}`)),
    }));
    return thresholdFromTail(tallyOf(units, 22)).value;
  });
  const mean = thresholds.reduce((sum, value) => sum + value, 0) / thresholds.length;
  expect(mean).toBeGreaterThan(6.96 - 0.6);
  expect(mean).toBeLessThan(6.96 + 1.2);
});

test('thresholdFromTail: stepped scores are never extrapolated beyond what a tree can say', () => {
  const units = Array.from({ length: 2000 }, (_, window) => ({ id: 'u', window, score: drawOf(9, `${window}`) }));
  expect(thresholdFromTail(tallyOf(units, 22)).value).toBeGreaterThan(1);
  const highest = Math.max(...units.map(({ score }) => score));
  expect(thresholdFromTail(tallyOf(units, 22), undefined, { hasDiscreteScores: true }).value).toBe(highest);
});

test('thresholdFromTail: scores in steps are counted, with one alarm more expected', () => {
  const units = [3, 3, 2, 1, 1, 1].map((score, index) => ({ id: `u-${index}`, window: 0, score }));
  expect(thresholdFromTail(tallyOf(units, 22))).toMatchObject({ value: 3, falseAlarms: 0, method: 'tail-fit' });
  expect(thresholdFromTail(tallyOf(units, 22), 4 / 22)).toMatchObject({ value: 1, falseAlarms: 3 });
});
