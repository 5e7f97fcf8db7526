import { describe, expect, test } from 'vitest';
import { dayMs, hourMs, rfc3339 } from '../../../../src/base/time.ts';
import { drawOf } from '../../../../src/lab/detectors/draws.ts';
import { loadedSeries, trainedSeries } from '../../../../src/lab/detectors/series/series-detector.ts';
import { movedBefore, newestSamples } from '../../../../src/lab/detectors/series/series-history.ts';
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

describe('movedBefore', () => {
  const at = (text: string) => ({ timeMs: Date.parse(text), channel: 'orders', value: 1 });
  const placed = (start: string, periodMs: number, ...history: readonly string[]) =>
    movedBefore(history.map(at), { startMs: Date.parse(start), timezone: 'Europe/Berlin', periodMs }).map(
      ({ timeMs }) => rfc3339(timeMs).slice(0, 16),
    );

  test('leaves a daily history that ends with the day of 23 hours, 29 March, just before the next day', () => {
    expect(placed('2026-03-30T00:00+02:00', dayMs, '2026-03-28T00:00+01:00', '2026-03-29T00:00+01:00')).toEqual([
      '2026-03-27T23:00',
      '2026-03-28T23:00',
    ]);
  });

  test('leaves no gap of a week where clocks go forward between history and stream', () => {
    const lastHour = '2026-03-22T23:00+01:00';
    expect(placed('2026-03-30T00:00+02:00', hourMs, lastHour)).toEqual(['2026-03-29T21:00']);
    expect(placed('2026-03-29T23:00+02:00', hourMs, lastHour)).toEqual(['2026-03-22T22:00']);
  });

  test('leaves a history as it is that ends with the day of 25 hours, or with the hour before clocks change', () => {
    expect(placed('2026-10-26T00:00+01:00', dayMs, '2026-10-25T00:00+02:00')).toEqual(['2026-10-24T22:00']);
    expect(placed('2026-10-25T02:00+01:00', hourMs, '2026-10-25T02:00+02:00')).toEqual(['2026-10-25T00:00']);
    expect(placed('2026-03-29T03:00+02:00', hourMs, '2026-03-29T01:00+01:00')).toEqual(['2026-03-29T00:00']);
  });
});
