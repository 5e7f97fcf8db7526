import { mean } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { dayMs, hourMs, minuteMs } from '../../../src/base/time.ts';
import { campaignCurve } from '../../../src/lab/detectors/forecasts/campaign-curve.ts';
import type { ForecastModel } from '../../../src/lab/detectors/forecasts/forecast-model.ts';
import { type Forecast, seasonalMedian } from '../../../src/lab/detectors/forecasts/forecasters.ts';
import { logRatios, originAt, positionIn } from '../../../src/lab/detectors/forecasts/origin.ts';
import { ridgeForecast } from '../../../src/lab/detectors/forecasts/ridge-forecast.ts';
import { usualCurve } from '../../../src/lab/detectors/forecasts/usual-curve.ts';
import { lstmForecast } from '../../../src/lab/detectors/lstm/lstm-forecast.ts';
import { createEnsemble } from '../../../src/lab/detectors/lstm/network.ts';
import {
  networkFromFiles,
  networkToFiles,
  topologyFile,
  weightsFile,
} from '../../../src/lab/detectors/lstm/network-files.ts';
import { startTensorFlow } from '../../../src/lab/detectors/lstm/tensorflow.ts';
import {
  movedBefore,
  type SeriesMemory,
  type SeriesWindow,
  seriesMemory,
} from '../../../src/lab/features/series-memory.ts';
import { expectCqshopError } from '../../support/cqshop-error.ts';
import { shopStream, startMs } from '../../support/shop-stream.ts';

const columns = ['visits'];

const streams = [1, 2, 3, 4, 5, 6].map(seed => shopStream(seed, 22));
const series = { windowMs: hourMs, columns };

function memoryOf(windows: readonly SeriesWindow[]): SeriesMemory {
  const memory = seriesMemory(hourMs, 3 * windows.length);
  const past = movedBefore(streams[0] ?? [], hourMs, startMs);
  for (const window of [...past, ...windows]) memory.push(window);
  return memory;
}

describe('originAt', () => {
  const stream = shopStream(7, 22);
  const memory = memoryOf(stream);
  const originMs = startMs + 12 * dayMs;

  test('knows nothing of what comes after it', () => {
    const changed = stream.map(window => (window.startMs < originMs ? window : { ...window, counts: [999] }));
    const { hours: _, ...origin } = originAt(memory, originMs);
    const { hours: __, ...other } = originAt(memoryOf(changed), originMs);
    expect(other).toEqual(origin);
    expect(origin.announced.length).toBeGreaterThan(1);
  });

  test('logRatios compares hours with what is usual, within ±1', () => {
    const hour = (count: number) => ({ startMs: 0, counts: [count], usual: [20] });
    expect(logRatios([hour(90), hour(20), hour(45)], 2, 0)[0]).toBeCloseTo(Math.log(70 / 45), 5);
    expect(logRatios([hour(900)], 1, 0)).toEqual([1]);
  });
});

test('positionIn says how far an hour lies in the latest that was announced', () => {
  const announced = [
    { startMs: 0, endMs: 100 * hourMs },
    { startMs: 10 * hourMs, endMs: 20 * hourMs },
  ];
  expect(positionIn(announced, 12 * hourMs)).toEqual({ hours: 2.5, share: 0.25 });
  expect(positionIn(announced, 30 * hourMs)?.share).toBeCloseTo(0.305, 9);
  expect(positionIn(announced, 100 * hourMs)).toBeUndefined();
});

/** The error of forecasts of two days, one a day, as a share of what was counted. */
async function errorOf(
  forecaster: Awaited<ReturnType<ForecastModel['load']>>,
  streamOf = (seed: number) => shopStream(seed, 22),
): Promise<number> {
  let [error, counted] = [0, 0];
  for (const seed of [11, 12, 13]) {
    const stream = streamOf(seed);
    const memory = memoryOf(stream);
    for (let day = 0; day < 20; day += 1)
      for (const [hour, [expected = 0]] of forecaster(memory, startMs + day * dayMs, 48).entries()) {
        const count = stream[day * 24 + hour]?.counts[0] ?? 0;
        error += Math.abs(count - expected);
        counted += count;
      }
  }
  return error / counted;
}

describe.each([
  ['campaign-curve', campaignCurve],
  ['usual-curve', usualCurve],
  ['ridge', ridgeForecast],
  ['lstm', lstmForecast],
] as const)('%s', (id, model) => {
  const trained = model.train({ streams, ...series, seed: 1 });

  test('forecasts better than the median what was announced', async () => {
    const { files } = await trained;
    const error = await errorOf(await model.load(files));
    expect(error).toBeLessThan(0.9 * (await errorOf(seasonalMedian)));
  });

  test('says how well it forecast days that it had not seen, beside the median', async () => {
    const { heldOutDaysForecastError: forecast, heldOutDaysMedianError: median } = (await trained).validation ?? {};
    expect(forecast).toBeGreaterThan(0.1);
    expect(forecast).toBeLessThan(0.93 * (median ?? 0));
  });

  test(`refuses damaged files of ${id}`, async () => {
    await expectCqshopError(() => model.load({}), 'MODEL_INVALID', 'expected');
  });
});

describe('usualCurve', () => {
  const errors = (streamOf: (seed: number) => readonly SeriesWindow[]) =>
    Promise.all(
      [usualCurve, campaignCurve].map(async model => {
        const { files } = await model.train({ streams, ...series, seed: 1 });
        return errorOf(await model.load(files), streamOf);
      }),
    );

  test('forecasts ordinary days better than medians alone', async () => {
    const [own, medians] = await errors(seed => shopStream(seed, 22));
    expect(own).toBeLessThan(0.985 * (medians ?? 0));
  });

  test('forecasts hardly worse than medians where days have another shape than in training', async () => {
    const [own, medians] = await errors(seed => moved(shopStream(seed, 22), 6));
    expect(own).toBeLessThan(1.05 * (medians ?? 0));
  });

  test('keeps its level after a flood', async () => {
    const { files } = await usualCurve.train({ streams, ...series, seed: 1 });
    const forecaster = await usualCurve.load(files);
    const stream = shopStream(11, 22);
    const flooded = stream.map((window, hour) => (hour >= 200 && hour < 206 ? { ...window, counts: [600] } : window));
    const [usual, after] = [stream, flooded].map(windows => forecaster(memoryOf(windows), startMs + 12 * dayMs, 24));
    const total = (forecast: Forecast = []) => forecast.reduce((sum, [count = 0]) => sum + count, 0);
    expect(total(after) / total(usual)).toBeCloseTo(1, 1);
  });

  test('forecasts alike whether a stream begins on the hour or between two', async () => {
    const quarterMs = 15 * minuteMs;
    const quarters = (stream: readonly SeriesWindow[]) =>
      stream.flatMap(({ startMs: hourStartMs, counts: [count = 0] }) =>
        [0, 1, 2, 3].map(quarter => ({ startMs: hourStartMs + quarter * quarterMs, counts: [count / 4] })),
      );
    const ofQuarters = { windowMs: quarterMs, columns };
    const { files } = await usualCurve.train({ streams: streams.map(quarters), ...ofQuarters, seed: 1 });
    const forecaster = await usualCurve.load(files);
    const from = (first: number) => {
      const memory = seriesMemory(quarterMs, 3 * 2112);
      for (const window of quarters(shopStream(11, 22)).slice(first)) memory.push(window);
      return forecaster(memory, startMs + 20 * dayMs + first * quarterMs, 48);
    };
    const [onTheHour, between] = [from(0), from(3)];
    const apart = between.slice(0, 45).map(([count = 0], index) => Math.abs(count - (onTheHour[index + 3]?.[0] ?? 0)));
    expect(mean(apart)).toBeLessThan(0.1);
  });

  test('goes on where training days lack hours', async () => {
    const atWork = streams.map(stream =>
      stream.map(window => (new Date(window.startMs).getUTCHours() < 6 ? { ...window, counts: [0] } : window)),
    );
    const { files } = await usualCurve.train({ streams: atWork, ...series, seed: 1 });
    const memory = memoryOf(shopStream(11, 22));
    const forecast = (await usualCurve.load(files))(memory, startMs + 12 * dayMs, 24);
    const medians = seasonalMedian(memory, startMs + 12 * dayMs, 24);
    expect(forecast[3]?.[0]).toBeGreaterThan(0.7 * (medians[3]?.[0] ?? 0));
  });
});

/** The stream whose days begin some hours later. */
function moved(stream: readonly SeriesWindow[], hours: number): readonly SeriesWindow[] {
  return stream.map((window, index) => ({ ...window, counts: stream[index - hours]?.counts ?? window.counts }));
}

test('lstmForecast is not trained on days of which no third can be held out', async () => {
  const training = { ...series, streams: [shopStream(1, 12)], seed: 1 };
  await expectCqshopError(async () => lstmForecast.train(training), 'TRAINING_IMPOSSIBLE');
});

test('networkFromFiles refuses damaged files', async () => {
  const tf = await startTensorFlow();
  const { mean } = createEnsemble(tf, { size: 2, seed: 1, columns: series.columns.length });
  const files = await networkToFiles(tf, mean);
  const weights = files[weightsFile];
  const short = typeof weights === 'string' || weights === undefined ? new Uint8Array() : weights.slice(0, 100);
  for (const damaged of [{}, { ...files, [topologyFile]: '{' }, { ...files, [weightsFile]: short }])
    await expectCqshopError(() => networkFromFiles(tf, damaged), 'MODEL_INVALID', 'expected');
});
