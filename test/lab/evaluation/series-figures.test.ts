import { describe, expect, test } from 'vitest';
import { minuteMs } from '../../../src/base/time.ts';
import { resultRows } from '../../../src/lab/evaluation/result-rows.ts';
import { noScores, type RunOutcome } from '../../../src/lab/evaluation/run-outcome.ts';
import { seriesFigureCounter } from '../../../src/lab/evaluation/series-figures.ts';
import { randomStreams } from '../../../src/shop/engine/random.ts';
import { alarm } from '../../support/labels.ts';

const windowMs = 15 * minuteMs;
const shop = { type: 'shop', id: 'shop' } as const;
/** 22 days of quarters of an hour, with an anomaly of 6 hours on the tenth and the sixteenth day. */
const rows = Array.from({ length: 22 * 96 }, (_, row) => ({
  unit: { startMs: row * windowMs, endMs: (row + 1) * windowMs, entity: shop },
  isPositive: [960, 1536].some(first => row >= first && row < first + 24),
}));
const stream = randomStreams(3).stream('scores');

function figuresOf(scoreOf: (isPositive: boolean) => number, threshold: number) {
  const counter = seriesFigureCounter(false);
  const alarms = rows.flatMap(({ unit, isPositive }) => {
    const score = scoreOf(isPositive);
    counter.push(unit, score, isPositive);
    return score > threshold ? [{ ...alarm('shop', 0, 1), startMs: unit.startMs, endMs: unit.endMs }] : [];
  });
  return counter.figures(alarms);
}

describe('seriesFigureCounter', () => {
  test('a perfect detector of the whole shop', () => {
    expect(figuresOf(isPositive => (isPositive ? 1 : 0), 0.5)).toEqual({
      ...{ affiliationPrecision: 1, affiliationRecall: 1, rangeF1: 1, precisionAt5: null },
      nab: expect.closeTo(100, 6),
      vusPr: expect.closeTo(1, 1),
      vusRoc: expect.closeTo(1, 1),
    });
  });

  test('a perfect detector of one channel is perfect beside another', () => {
    const counter = seriesFigureCounter(false);
    const alarms = rows.flatMap(({ unit, isPositive }) => {
      const [a, b] = ['a', 'b'].map(id => ({ ...unit, entity: { type: 'channel', id } as const }));
      if (a === undefined || b === undefined) return [];
      counter.push(a, isPositive ? 1 : 0, isPositive);
      counter.push(b, 0, false);
      return isPositive ? [{ ...alarm('a', 0, 1), ...a }] : [];
    });
    expect(counter.figures(alarms)).toMatchObject({
      ...{ affiliationPrecision: 1, affiliationRecall: 1, rangeF1: 1, nab: expect.closeTo(100, 6) },
    });
  });

  test('a random one gets a random result', () => {
    const figures = figuresOf(() => stream.uniform(), 0.99);
    expect(figures.vusPr).toBeLessThan(0.1);
    expect(figures.vusRoc).toBeGreaterThan(0.4);
    expect(figures.vusRoc).toBeLessThan(0.65);
    expect(figures.affiliationPrecision).toBeLessThan(0.65);
    expect(figures.rangeF1).toBeLessThan(0.1);
    expect(figures.nab).toBeLessThan(50);
  });

  test('one that never alarms', () => {
    const figures = figuresOf(() => 0, 0.5);
    expect(figures).toMatchObject({ affiliationPrecision: null, affiliationRecall: 0, rangeF1: 0, nab: 0 });
  });

  test('users and products: precision at 5 per day, each entity once', () => {
    const counter = seriesFigureCounter(true);
    const user = (id: string) => ({ startMs: 0, endMs: windowMs, entity: { type: 'user', id } as const });
    counter.push(user('bad'), 0.2, false);
    counter.push(user('bad'), 0.9, true);
    counter.push(user('good'), 0.5, false);
    expect(counter.figures([])).toEqual({
      ...{ vusPr: null, vusRoc: null, affiliationPrecision: null, affiliationRecall: null, rangeF1: null, nab: null },
      precisionAt5: 1,
    });
  });
});

test('resultRows: the mean over runs, for all labels only', () => {
  const outcome = (run: string, nab: number | null): RunOutcome => ({
    ...{ run, days: 22, anomaly: 'traffic-intensity', detector: 'd', role: 'learner', labels: [], rightAlarms: [] },
    ...{ falseAlarms: 0, nearMissAlarms: 0, scores: noScores },
    series: { ...figuresOf(() => 0, 1), nab },
  });
  const [row] = resultRows([outcome('1', 40), outcome('2', 60), outcome('3', null)]);
  expect(row).toMatchObject({ nab: 50, vusRoc: expect.any(Number) });
});
