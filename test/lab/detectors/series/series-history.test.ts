import { describe, expect, test } from 'vitest';
import { dayMs } from '../../../../src/base/time.ts';
import { drawOf } from '../../../../src/lab/detectors/draws.ts';
import { loadedSeries, trainedSeries } from '../../../../src/lab/detectors/series/series-detector.ts';
import { newestSamples } from '../../../../src/lab/detectors/series/series-history.ts';
import { madeUpStartMs } from '../../../support/made-up-series.ts';

/** About 200 a period. */
const samplesOf = (periods: number, periodMs: number, from = 0) =>
  Array.from({ length: periods }, (_, index) => ({
    timeMs: madeUpStartMs + (from + index) * periodMs,
    channel: 'orders',
    value: Math.round(180 + 40 * drawOf(1, `${from + index}`)),
  }));

describe('a channel without a time of day', () => {
  test.each([
    ['daily', dayMs],
    ['weekly', 7 * dayMs],
  ])('%s: the training stands in for the past, so that a silence in the first days is found', (_, periodMs) => {
    const channels = [{ id: 'orders', periodMs }];
    const trained = trainedSeries(
      { kind: 'count', timezone: 'UTC', falseAlarmsPerDay: 1 / 22, channels },
      samplesOf(300, periodMs),
    );
    const scorer = loadedSeries(trained);
    const scores = samplesOf(12, periodMs, 300).map(sample =>
      scorer.push(sample.timeMs === madeUpStartMs + 305 * periodMs ? { ...sample, value: 0 } : sample),
    );
    expect(scores.flatMap(({ score }, index) => (score > 1 ? [index] : []))).toEqual([5]);
  });

  test('keeps 2,000 periods, another one 100 days', () => {
    const kept = (periodMs: number) =>
      newestSamples(samplesOf(3000, periodMs), [{ id: 'orders', periodMs }]).length - 1;
    expect([kept(dayMs), kept(dayMs / 2), kept(dayMs / 12)]).toEqual([2000, 200, 1200]);
  });
});
