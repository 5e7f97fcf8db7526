import { describe, expect, test } from 'vitest';
import { dayMs, hourMs } from '../../../src/base/time.ts';
import { forecastStream, heldOutForecasts } from '../../../src/lab/detectors/forecasts/forecast-stream.ts';
import {
  medianAndWeeklyAverage,
  seasonalMedian,
  seasonalNaiveDay,
  seasonalNaiveWeek,
  smoothed,
  weeklyProfileTimesLevel,
} from '../../../src/lab/detectors/forecasts/forecasters.ts';
import { pastFromFile, pastToFile, rowSchema, toRow } from '../../../src/lab/detectors/forecasts/series-parameters.ts';
import { trainingStreams } from '../../../src/lab/detectors/forecasts/training-streams.ts';
import type { Scan } from '../../../src/lab/detectors/scan/scan.ts';
import { plainColumns, plainFamilies } from '../../../src/lab/detectors/scan/scan-families.ts';
import { seriesBaselines } from '../../../src/lab/detectors/series-baselines/series-baselines.ts';
import { weekMs } from '../../../src/lab/features/series-calendar.ts';
import { shopChannels } from '../../../src/lab/features/series-channels.ts';
import { seriesCounts } from '../../../src/lab/features/series-counts.ts';
import { type SeriesMemory, seriesMemory, windowOf } from '../../../src/lab/features/series-memory.ts';
import { expectCqshopError } from '../../support/cqshop-error.ts';
import { type Injection, syntheticStartMs, syntheticUnits } from '../../support/synthetic-series.ts';

const monday = Date.UTC(2025, 0, 6);
const origin = monday + 21 * dayMs;

function memoryOf(countAt: (hour: number) => number): SeriesMemory {
  const memory = seriesMemory(hourMs, 528);
  for (let hour = 0; hour < 21 * 24; hour += 1)
    memory.push({ startMs: monday + hour * hourMs, counts: [countAt(hour)] });
  return memory;
}

describe('forecasters', () => {
  // The hour of the week is the count; the last week is one and a half times as busy.
  const memory = memoryOf(hour => (hour % 168) * (hour >= 336 ? 1.5 : 1));

  test('seasonalNaiveDay and seasonalNaiveWeek repeat the newest day and week that are known', () => {
    expect(seasonalNaiveDay(memory, origin, 48).map(([count]) => count)).toEqual(
      Array.from({ length: 48 }, (_, hour) => 1.5 * (144 + (hour % 24))),
    );
    expect(seasonalNaiveWeek(memory, origin, 3).map(([count]) => count)).toEqual([0, 1.5, 3]);
  });

  test('seasonalMedian is the median of the same hour of weekdays', () => {
    const ofHour5 = [0, 1, 2, 3, 4]
      .flatMap(day => [1, 1, 1.5].map(level => level * (day * 24 + 5)))
      .sort((a, b) => a - b);
    expect(seasonalMedian(memory, origin, 6)[5]).toEqual([ofHour5[7]]);
  });

  test('weeklyProfileTimesLevel is the mean of the weeks times the level of the last', () => {
    const [, , , count = 0] = weeklyProfileTimesLevel(memory, origin, 4).map(([value]) => value);
    expect(count).toBeCloseTo(3 * 1.5, 9);
  });

  test('medianAndWeeklyAverage is their average', () => {
    const [median = 0] = seasonalMedian(memory, origin, 8)[7] ?? [];
    const [weekly = 0] = weeklyProfileTimesLevel(memory, origin, 8)[7] ?? [];
    expect(medianAndWeeklyAverage(memory, origin, 8)[7]?.[0]).toBeCloseTo((median + weekly) / 2, 9);
  });

  test.each([
    ['seasonalMedian', seasonalMedian],
    ['seasonalNaiveDay', seasonalNaiveDay],
    ['seasonalNaiveWeek', seasonalNaiveWeek],
    ['weeklyProfileTimesLevel', weeklyProfileTimesLevel],
    ['medianAndWeeklyAverage', medianAndWeeklyAverage],
    ['smoothed', smoothed(medianAndWeeklyAverage)],
  ])('%s leaves out the windows before the first that is asked for', (_, forecaster) => {
    expect(forecaster(memory, origin, 30, 7)).toEqual(forecaster(memory, origin, 30).slice(7));
  });
});

test('forecastStream knows nothing of what was counted in the 12 hours before a window', () => {
  const stream = syntheticUnits({ seed: 3, days: 14, windowMs: hourMs }).map(windowOf);
  const origin = 12 * 24;
  const changed = stream.map((window, hour) =>
    hour < origin ? window : { ...window, counts: window.counts.map(() => 999) },
  );
  const forecasts = (windows: typeof stream) => {
    const follow = forecastStream(seasonalNaiveDay, { windowMs: hourMs, past: stream.slice(0, 8 * 24) });
    return windows.map(follow);
  };
  const [whole, other] = [forecasts(stream), forecasts(changed)];
  expect(other.slice(0, origin + 13)).toEqual(whole.slice(0, origin + 13));
  expect(other.slice(origin + 13)).not.toEqual(whole.slice(origin + 13));
});

test('heldOutForecasts lets another stream stand in for the days before, and a single one begin after eight days', () => {
  const streams = [1, 2].map(seed => syntheticUnits({ seed, days: 12, windowMs: hourMs }).map(windowOf));
  const lengths = (some: typeof streams) => heldOutForecasts(() => seasonalMedian, some, hourMs).map(all => all.length);
  expect(lengths(streams)).toEqual([12 * 24, 12 * 24]);
  expect(lengths(streams.slice(1))).toEqual([4 * 24]);
});

test('smoothed averages quarters of an hour over an hour around each', () => {
  const quarters = (index: number) => Array.from({ length: 4 }, (_, window) => [index + window]);
  const counted = (_: SeriesMemory, originMs: number, windows: number) =>
    Array.from({ length: windows }, (__, window) => [originMs / (hourMs / 4) + window]);
  expect(smoothed(counted)(seriesMemory(hourMs / 4, 9), 100 * (hourMs / 4), 4)).toEqual(quarters(100));
});

test('toRow and rowSchema keep four decimals and refuse other rows', () => {
  expect(rowSchema(3).parse(toRow([1, 2.00004, 0.3]))).toEqual([1, 2, 0.3]);
  expect(rowSchema(3).safeParse('1 2').success).toBe(false);
  expect(rowSchema(2).safeParse('1 x').success).toBe(false);
});

test('pastFromFile undoes pastToFile and refuses a damaged file', async () => {
  const { names } = shopChannels;
  const [first, ...others] = syntheticUnits({ seed: 1, days: 1, windowMs: hourMs }).map(windowOf);
  const announced = [{ startMs: monday, endMs: monday + dayMs }];
  const past = first === undefined ? [] : [{ ...first, announced }, ...others];
  expect(pastFromFile('x', pastToFile(past, names), names)).toEqual(past);
  for (const damaged of [undefined, '', pastToFile(past, names).slice(0, -10)])
    await expectCqshopError(async () => pastFromFile('x', damaged, names), 'MODEL_INVALID', 'expected');
});

test('trainingStreams closes the gaps that anomalies left, with the week before or after', async () => {
  const units = syntheticUnits({ seed: 1, days: 22, windowMs: hourMs });
  const without = units.filter((_, hour) => hour < 200 || hour >= 210).map(unit => ({ unit, positive: false }));
  const [stream = [], ...others] = trainingStreams('x', without, hourMs);
  expect(others).toEqual([]);
  expect(stream).toHaveLength(528);
  expect(stream.slice(200, 210).map(({ counts }) => counts)).toEqual(
    units.slice(32, 42).map(({ features }) => features),
  );
  const twice = [0, 1].flatMap(stream => without.map(unit => ({ ...unit, stream })));
  expect(trainingStreams('x', twice, hourMs)).toEqual([stream, stream]);
  await expectCqshopError(
    async () => trainingStreams('x', without.slice(0, 150), hourMs),
    'TRAINING_IMPOSSIBLE',
    '22 days',
  );
});

const windowMs = hourMs;
const scan: Scan = {
  anomaly: 'workload-shape',
  falseAlarmsPerDay: 1 / 66,
  features: seriesCounts({ id: 'hourly', windowMs }),
  columns: plainColumns(shopChannels),
  families: plainFamilies(shopChannels),
  spansMs: [1, 2, 4, 8].map(hours => hours * hourMs),
};
const baselines = seriesBaselines(scan);
const training = [1, 3].flatMap(stream =>
  syntheticUnits({ seed: stream, days: 22, windowMs }).map(unit => ({ unit, positive: false, stream })),
);
const evening = syntheticStartMs + 4 * dayMs + 17 * hourMs;

describe.each(baselines.map(detector => [detector.id, detector] as const))('%s', (id, detector) => {
  test('scores a fourfold surge higher than anything in clean days', async () => {
    const trained = await detector.train(training, { seed: 1 });
    const highest = async (injections: readonly Injection[]) => {
      const scorer = await detector.load(trained);
      const scored = syntheticUnits({ seed: 2, days: 6, windowMs, injections }).flatMap(unit => scorer.score(unit));
      return scored.reduce((best, each) => (each.score > best.score ? each : best));
    };
    const best = await highest([{ kind: 'visits', factor: 4, startMs: evening, endMs: evening + 4 * hourMs }]);
    expect(best.score).toBeGreaterThan((await highest([])).score);
    if (!['record-jump', 'static-threshold', 'seasonal-naive-24h'].includes(id))
      expect(best.explain().text).toMatch(/^high: .* h until 2025-01-10 /);
  });
});

test('record-jump is the step against the largest so far', async () => {
  const detector = baselines.find(({ id }) => id === 'record-jump');
  const scorer = await detector?.load({ parameters: { largestStep: 10 } });
  const totals = [...Array(24).fill(5), 5, 15, 45, 40];
  const scores = totals.flatMap((total, hour) =>
    scorer
      ?.score({
        startMs: monday + hour * hourMs,
        endMs: monday + (hour + 1) * hourMs,
        entity: { type: 'shop', id: 'shop' },
        features: shopChannels.names.map((_, channel) => (channel === 0 ? total : 0)),
      })
      .map(({ score }) => score),
  );
  expect(scores).toEqual([0, 10 / 20, 30 / 40, 5 / 35]);
});

test('the view of a scan holds most clean counts between low and high', async () => {
  const detector = baselines.find(({ id }) => id === 'seasonal-median');
  const trained = await detector?.train(training, { seed: 1 });
  const units = syntheticUnits({ seed: 5, days: 22, windowMs });
  const bands = (trained && (await detector?.view?.(trained, units)))?.forecast ?? [];
  expect(bands).toHaveLength(22 * 24 * (shopChannels.names.length + 1));
  const inside = bands.filter(({ actual, low, high }) => actual >= low && actual <= high).length / bands.length;
  expect(inside).toBeGreaterThan(0.95);
  expect(inside).toBeLessThan(0.9999);
  expect(new Set(bands.map(({ channel }) => channel))).toEqual(new Set([...shopChannels.names, 'total']));
  expect(bands.every(({ low, high, forecast }) => low >= 0 && high > low && forecast >= 0)).toBe(true);
});

test('a forecast at the same hour a week later repeats a weekly pattern exactly', () => {
  const memory = memoryOf(hour => hour % 168);
  expect(seasonalNaiveWeek(memory, origin, 168).map(([count]) => count)).toEqual(
    Array.from({ length: weekMs / hourMs }, (_, hour) => hour),
  );
});
