import { describe, expect, test } from 'vitest';
import { hourMs } from '../../../src/base/time.ts';
import { lstm } from '../../../src/lab/detectors/lstm/lstm.ts';
import { networkFromFiles, topologyFile, weightsFile } from '../../../src/lab/detectors/lstm/network-files.ts';
import {
  fromLogRatio,
  inputHours,
  inputOf,
  inputWidth,
  logRatio,
  outputHours,
  targetOf,
} from '../../../src/lab/detectors/lstm/residual-windows.ts';
import { startTensorFlow } from '../../../src/lab/detectors/lstm/tensorflow.ts';
import { shopChannels } from '../../../src/lab/features/series-channels.ts';
import { workloadSeries } from '../../../src/lab/features/series-counts.ts';
import { expectCqshopError } from '../../support/cqshop-error.ts';
import { syntheticStartMs, syntheticUnits } from '../../support/synthetic-series.ts';

test('logRatio is bounded and fromLogRatio undoes it within the bounds', () => {
  expect(fromLogRatio(logRatio(120, 80), 80)).toBeCloseTo(120, 9);
  expect(logRatio(0, 10_000)).toBe(-1);
  expect(logRatio(10_000, 0)).toBe(1);
  expect(fromLogRatio(-1, 0)).toBe(0);
});

test('inputOf and targetOf are as long as the network wants them', () => {
  const usual = shopChannels.names.map(() => 10);
  const hours = Array.from({ length: 200 }, (_, hour) => ({ startMs: hour * hourMs, counts: usual, usual }));
  expect(inputOf(hours, shopChannels)).toHaveLength(inputHours * inputWidth(shopChannels));
  const { target, weight } = targetOf(hours.slice(0, outputHours));
  expect([target.length, weight.length]).toEqual([
    outputHours * shopChannels.names.length,
    outputHours * shopChannels.names.length,
  ]);
  expect(target.every(value => value === 0)).toBe(true);
});

describe('lstm', async () => {
  const detector = lstm({ anomaly: 'workload-shape', features: workloadSeries });
  const { windowMs } = workloadSeries;
  const units = syntheticUnits({ seed: 1, days: 22, windowMs });
  const trained = await detector.train(
    units.map(unit => ({ unit, positive: false })),
    { seed: 1 },
  );
  const outage = {
    kind: 'outage',
    service: 'order',
    startMs: syntheticStartMs + 3 * 24 * hourMs + 17 * hourMs,
    endMs: syntheticStartMs + 3 * 24 * hourMs + 21 * hourMs,
  } as const;

  test('scores a stopped service highest and names it', async () => {
    const scorer = await detector.load(trained);
    const scored = syntheticUnits({ seed: 2, days: 6, windowMs, injections: [outage] }).flatMap(unit =>
      scorer.score(unit),
    );
    const best = scored.reduce((one, other) => (other.score > one.score ? other : one));
    expect(best.unit.startMs).toBeGreaterThanOrEqual(outage.startMs);
    expect(best.unit.startMs).toBeLessThan(outage.endMs);
    expect(best.explain().text).toMatch(/^low at 2025-01-09 .*order events 0 against/);
  });

  test('says how well it forecast days that it had not seen, beside the medians', () => {
    const { heldOutDaysForecastError: network, heldOutDaysMedianError: medians } = trained.validation ?? {};
    // The synthetic shop follows its medians: what is left is the chance of counts.
    expect(medians).toBeGreaterThan(0.05);
    expect(medians).toBeLessThan(0.5);
    expect(Math.abs((network ?? 1) - (medians ?? 0))).toBeLessThan(0.1);
  });

  test('gives forecasts and bands that follow the day', async () => {
    const view = await detector.view?.(trained, syntheticUnits({ seed: 2, days: 2, windowMs }));
    const total = (view?.forecast ?? []).filter(({ channel }) => channel === 'total');
    expect(total).toHaveLength(48);
    const [night = 0, evening = 0] = [4, 20].map(hour => total[hour]?.forecast ?? 0);
    expect(evening).toBeGreaterThan(4 * night);
  });

  test('refuses damaged files', async () => {
    const tf = await startTensorFlow();
    const { files = {} } = trained;
    const weights = files[weightsFile];
    const short = typeof weights === 'string' || weights === undefined ? new Uint8Array() : weights.slice(0, 100);
    for (const damaged of [{}, { ...files, [topologyFile]: '{' }, { ...files, [weightsFile]: short }])
      await expectCqshopError(() => networkFromFiles(tf, damaged), 'MODEL_INVALID', 'expected');
  });
});
