import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayMs, hourMs, minuteMs } from '../../../../src/base/time.ts';
import { StuckValue } from '../../../../src/lab/detectors/series/stuck-value.ts';

/** Runs of equal values, each of another value than the one before. */
function valuesOf(lengths: readonly number[]): readonly number[] {
  return lengths.flatMap((length, index) => Array.from({ length }, () => 10 + (index % 97) / 10));
}

const changing = (values: number): readonly number[] => Array.from({ length: values }, () => 1);

function scoresOf(values: readonly number[], periodMs = hourMs): readonly number[] {
  const stuck = new StuckValue(periodMs);
  return values.map((value, index) => stuck.push(index * periodMs, value));
}

/** Lengths of the runs for which a value was stuck. */
function stuckAfter(lengths: readonly number[], periodMs = hourMs): readonly number[] {
  let before = 0;
  const scores = scoresOf(valuesOf(lengths), periodMs);
  return lengths.flatMap(length => {
    const from = before;
    before += length;
    const first = scores.slice(from, before).findIndex(score => score > 0);
    return first < 0 ? [] : [first + 1];
  });
}

describe('StuckValue', () => {
  test('the score is the run as a multiple of what is allowed, once it is longer', () => {
    const scores = scoresOf(valuesOf([...changing(200), 30, 1]));
    expect(scores.slice(0, 210).every(score => score === 0)).toBe(true);
    expect(scores.slice(210, 212)).toEqual([1.1, 1.2]);
    expect(scores.slice(229)).toEqual([3, 0]);
  });

  test('a run must be longer than ten values, than three hours, and than twice the longest one before', () => {
    expect(stuckAfter([...changing(200), 40])).toEqual([11]);
    expect(stuckAfter([...changing(2100), 100], 5 * minuteMs)).toEqual([37]);
    expect(stuckAfter([...changing(200), 8, 1, 40])).toEqual([17]);
    expect(stuckAfter([...changing(200), 40], dayMs)).toEqual([11]);
  });

  test('nothing is stuck before 150 values, and a week of them, are known', () => {
    expect(stuckAfter([...changing(167), 40])).toEqual([]);
    expect(stuckAfter([...changing(168), 40])).toEqual([11]);
    expect(stuckAfter([...changing(149), 40], dayMs)).toEqual([]);
    expect(stuckAfter([...changing(150), 40], dayMs)).toEqual([11]);
  });

  test('a run that was stuck does not hide the next one; what comes twice within the days of the budget is usual', () => {
    const month = changing(720);
    const week = changing(144);
    expect(stuckAfter([...month, 24, ...month, 24, ...month, 24])).toEqual([11, 11, 11]);
    expect(stuckAfter([...month, 24, ...week, 24, ...week, 24, ...month, 24, ...month, 60])).toEqual([11, 11, 49]);
  });

  test('a run that is usual by now counts for those after it', () => {
    const days = (number: number) => changing(number * 24 - 24);
    const faults = [...days(30), 24, ...days(10), 24, ...days(15), 60, ...days(30)];
    expect(stuckAfter([...faults, 100])).toEqual([11, 11, 49]);
    expect(stuckAfter([...faults, 130])).toEqual([11, 11, 49, 121]);
  });

  test('nothing is stuck where more than a fifth of the values repeat the one before', () => {
    const times = (count: number, runs: readonly number[]) => Array.from({ length: count }, () => runs).flat();
    expect(stuckAfter([...times(50, [2, 1, 1, 1]), 40])).toEqual([11]);
    expect(stuckAfter([...times(50, [2, 1, 1, 1]), 2, 40])).toEqual([]);
    expect(stuckAfter([...times(50, [2, 1, 1]), 40])).toEqual([]);
  });

  test('missing samples are no repeats', () => {
    const stuck = new StuckValue(hourMs);
    for (const [index, value] of valuesOf(changing(200)).entries()) stuck.push(index * hourMs, value);
    const scores = Array.from({ length: 11 }, (_, day) => stuck.push(200 * hourMs + day * dayMs, 7));
    expect(scores).toEqual([...Array.from({ length: 10 }, () => 0), 1.1]);
    expect(stuck.run).toEqual({ sinceMs: 200 * hourMs, value: 7, values: 11, lastsMs: 11 * hourMs, usualMs: hourMs });
  });

  const isSilent = (values: readonly number[]) => scoresOf(values).every(score => score === 0);
  const silence = fc.integer({ min: 1, max: 2000 });

  test('property: a constant, and a constant after another, are never stuck', () => {
    fc.assert(fc.property(silence, silence, (first, then) => isSilent(valuesOf([first, then]))));
  });

  test('property: rounded values, of which each comes twice or more often, are never stuck', () => {
    const run = fc.integer({ min: 2, max: 30 });
    fc.assert(
      fc.property(fc.array(run, { maxLength: 300 }), silence, (runs, last) => isSilent(valuesOf([...runs, last]))),
    );
  });

  test('property: values between zeros, as in rain, solar power or load, are never stuck', () => {
    const spell = fc.record({
      zeros: fc.integer({ min: 3, max: 200 }),
      wet: fc.array(fc.double({ min: 0.1, max: 9, noNaN: true }), { minLength: 1, maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(spell, { maxLength: 200 }), silence, (spells, last) =>
        isSilent([
          ...spells.flatMap(({ zeros, wet }) => [...Array.from({ length: zeros }, () => 0), ...wet]),
          ...Array.from({ length: last }, () => 0),
        ]),
      ),
    );
  });
});
