import { describe, expect, it } from 'vitest';
import type { EventRecord } from '../../../../src/data/dataset/record.ts';
import type { Detector, TrainedParameters } from '../../../../src/lab/detectors/detector.ts';
import { untrained } from '../../../../src/lab/detectors/forecasts/forecast-model.ts';
import { seasonalMedian } from '../../../../src/lab/detectors/forecasts/forecasters.ts';
import { oneClassSvm } from '../../../../src/lab/detectors/one-class-svm/one-class-svm.ts';
import { endedScores } from '../../../../src/lab/detectors/scan/ended-scores.ts';
import { type Scan, scanOptions } from '../../../../src/lab/detectors/scan/scan.ts';
import { scanDetector } from '../../../../src/lab/detectors/scan/scan-detector.ts';
import { plainColumns, plainFamilies } from '../../../../src/lab/detectors/scan/scan-families.ts';
import { fitScanModel } from '../../../../src/lab/detectors/scan/scan-model.ts';
import { nothingShared } from '../../../../src/lab/detectors/shared.ts';
import type { Unit } from '../../../../src/lab/features/feature-set.ts';
import { withReactions } from '../../../../src/lab/features/reaction-series.ts';
import { expectCqshopError } from '../../../support/cqshop-error.ts';
import { changed, channels, dayMs, hourly, hourMs, ordinaryHours, startMs, unitAt } from './synthetic.ts';

const options: Scan = {
  anomaly: 'workload-shape',
  falseAlarmsPerDay: 1 / 66,
  features: hourly,
  columns: plainColumns(channels),
  families: plainFamilies(channels),
  spansMs: [1, 2, 4, 8].map(hours => hours * hourMs),
};
const forecast = untrained('seasonal-median', seasonalMedian);
const scan = scanDetector(options, { id: 'scan', role: 'baseline', description: 'a scan', forecast });
const svm = scanDetector(options, { id: 'svm', role: 'learner', description: 'an SVM', forecast, judge: oneClassSvm });
const training = [1, 2].flatMap(seed => ordinaryHours(seed, 22).map(unit => ({ unit, positive: false, stream: seed })));

async function scored(detector: Detector, trained: TrainedParameters, units: readonly Unit[]) {
  const scorer = await detector.load(JSON.parse(JSON.stringify(trained)));
  return units.flatMap(unit => scorer.score(unit));
}

it('scores the same where detectors share the forecasts and the pairs of a stream, even if one is ahead', async () => {
  const units = changed(ordinaryHours(8, 6), 100, 106, counts => counts.map(count => 3 * count));
  const detectors = [scan, svm];
  const shared = nothingShared();
  const models = await Promise.all(
    detectors.map(async detector => ({ detector, trained: await detector.train(training, { seed: 1 }) })),
  );
  const alone = await Promise.all(models.map(({ detector, trained }) => scored(detector, trained, units)));
  const scorers = await Promise.all(models.map(({ detector, trained }) => detector.load(trained, shared)));
  expect([shared.forecasts.size, shared.pairs.size]).toEqual([1, 1]);
  const [ahead, behind] = scorers;
  const scores = scorers.map((): number[] => []);
  for (const [index, unit] of units.entries()) {
    scores[0]?.push(...(ahead?.score(unit) ?? []).map(({ score }) => score));
    const late = units[index - 5];
    if (late !== undefined) scores[1]?.push(...(behind?.score(late) ?? []).map(({ score }) => score));
  }
  expect(scores[0]).toEqual(alone[0]?.map(({ score }) => score));
  expect(scores[1]).toEqual(alone[1]?.slice(0, scores[1]?.length).map(({ score }) => score));
});

it('refuses a model without a cell that a family reads, and takes one without any other', async () => {
  const orders = scanDetector(
    { ...options, families: [{ id: 'high', sign: 1, columns: ['orders'] }] },
    { id: 'scan', role: 'baseline', description: 'a scan', forecast },
  );
  const trained = await orders.train(training, { seed: 1 });
  const model = JSON.stringify(trained.parameters);
  const shapeOf = (text: string) => JSON.parse(text).scan.cells.map((ofLength: unknown[]) => ofLength.map(Boolean));
  expect(shapeOf(model)).toEqual([[true, true, true], ...Array(3).fill([true, false, false])]);
  await orders.load({ ...trained, parameters: JSON.parse(model) });
  const lacking = JSON.parse(model);
  lacking.scan.cells[2][0] = null;
  await expectCqshopError(async () => orders.load({ ...trained, parameters: lacking }), 'MODEL_INVALID');
});

it('keeps the pairs for the next detector, but not those of a reference', () => {
  const streams = [1, 2].map(seed =>
    ordinaryHours(seed, 10).map(({ features: counts }) => ({ counts, forecast: counts })),
  );
  const learnt = (of: typeof streams, readsAll: boolean) =>
    fitScanModel(of, scanOptions(options), { readsAll }).model.pairs;
  const pairs = learnt(streams, false);
  expect(pairs).toHaveLength(2);
  learnt(streams.slice(1), true);
  expect(learnt(streams, false)).toBe(pairs);
  expect(learnt(streams.slice(1), false)).not.toBe(pairs);
});

it.each([scan, svm])('$id is not trained on a single stream that leaves no day to learn from', async detector => {
  const units = ordinaryHours(1, 9).map(unit => ({ unit, positive: false }));
  await expectCqshopError(async () => detector.train(units, { seed: 1 }), 'TRAINING_IMPOSSIBLE');
});

it('leaves more of the budget to other families where one has a margin', async () => {
  const families = options.families.map(family => (family.sign === -1 ? { ...family, margin: 2 } : family));
  const waiting = scanDetector(
    { ...options, families },
    { id: 'scan', role: 'baseline', description: 'a scan', forecast },
  );
  const highest = async (detector: Detector, change: (count: number) => number) => {
    const units = changed(ordinaryHours(7, 22), 300, 306, counts => counts.map(change));
    const scores = await scored(detector, await detector.train(training, { seed: 1 }), units);
    return Math.max(...scores.map(({ score }) => score));
  };
  expect(await highest(waiting, () => 0)).toBeCloseTo((await highest(scan, () => 0)) / 2, 2);
  expect(await highest(waiting, count => 3 * count)).toBe(await highest(scan, count => 3 * count));
});

describe.each([scan, svm])('$id over a scan', detector => {
  const trained = detector.train(training, { seed: 1 });

  it.each([
    ['a surge', 300, 306, (counts: readonly number[]) => counts.map(count => Math.round(2.5 * count))],
    ['an outage of everything', 300, 306, (counts: readonly number[]) => counts.map(() => 0)],
    ['payments that stop', 300, 306, ([orders = 0]: readonly number[]) => [orders, 0]],
  ])('scores %s above all ordinary hours', async (_, from, to, change) => {
    const ordinary = ordinaryHours(7, 22);
    const scores = await scored(detector, await trained, changed(ordinary, from, to, change));
    const highest = scores.reduce((best, one) => (one.score > best.score ? one : best));
    const before = scores.filter(({ unit }) => unit.startMs < startMs + from * hourMs);
    expect(highest.unit.startMs).toBeGreaterThanOrEqual(startMs + from * hourMs);
    expect(highest.score).toBeGreaterThan(1.3 * Math.max(...before.map(({ score }) => score)));
    expect(highest.explain().text).toMatch(
      /^(high|low): \d+ (orders|payments|messages) in \d h until 2026-03-1[45] \d\d:00, (\d+|\d\.\d+) expected/,
    );
  });

  it('scores a prefix as it scores the whole', async () => {
    const units = changed(ordinaryHours(8, 12), 250, 288, counts => counts.map(count => 5 * count));
    const whole = await scored(detector, await trained, units);
    const prefix = await scored(detector, await trained, units.slice(0, 250));
    expect(prefix.map(({ score }) => score)).toEqual(whole.slice(0, prefix.length).map(({ score }) => score));
  });

  it('judges series without any spread by a floor', async () => {
    const heartbeat = Array.from({ length: 22 * 24 }, (_, hour) => unitAt(hour, [12, 0]));
    const learnt = await detector.train(
      heartbeat.map(unit => ({ unit, positive: false })),
      { seed: 1 },
    );
    const usual = await scored(detector, learnt, heartbeat);
    expect(Math.max(...usual.map(({ score }) => score))).toBeLessThan(0.5);
    const silent = await scored(
      detector,
      learnt,
      changed(heartbeat, 100, 103, () => [0, 0]),
    );
    expect(Math.max(...silent.map(({ score }) => score))).toBeGreaterThan(1.5);
    // A week later the silence is forgotten.
    expect(silent.filter(({ unit, score }) => unit.startMs > startMs + 280 * hourMs && score > 1)).toEqual([]);
    expect([...usual, ...silent].every(({ score }) => Number.isFinite(score))).toBe(true);
  });

  it('takes ordinary hours after days of silence for ordinary', async () => {
    const silent = changed(ordinaryHours(7, 22), 300, 372, () => [0, 0]);
    const scores = await scored(detector, await trained, silent);
    const between = (from: number, to: number) =>
      scores
        .filter(({ unit }) => unit.startMs >= startMs + from * hourMs && unit.startMs < startMs + to * hourMs)
        .map(({ score }) => score);
    expect(Math.min(...between(304, 372))).toBeGreaterThan(1.3);
    const ordinary = (await scored(detector, await trained, ordinaryHours(7, 22))).map(({ score }) => score);
    // The longest span ends after eight hours.
    expect(Math.max(...between(384, 456))).toBeLessThan(1.2 * Math.max(...ordinary));
  });

  it('scores a burst in a series that is silent most days', async () => {
    const sparse = Array.from({ length: 22 * 24 }, (_, hour) => unitAt(hour, [hour % 50 === 7 ? 1 : 0, 0]));
    const learnt = await detector.train(
      sparse.map(unit => ({ unit, positive: false })),
      { seed: 1 },
    );
    const burst = await scored(
      detector,
      learnt,
      changed(sparse, 300, 301, () => [12, 0]),
    );
    const above = burst.filter(({ score }) => score > 1).map(({ unit }) => (unit.startMs - startMs) / hourMs);
    expect(above[0]).toBe(300);
    // The longest span ends after eight hours.
    expect(above.at(-1)).toBeLessThan(312);
  });

  it.each([
    ['a surge', (count: number) => 3 * count],
    ['an outage', () => 0],
  ])('scores hours as usual again two hours after %s, though spans still contain it', async (_, change) => {
    const units = changed(ordinaryHours(7, 22), 300, 306, counts => counts.map(change));
    const scores = await scored(detector, await trained, units);
    const inHours = (from: number, to: number) =>
      scores.filter(({ unit }) => unit.startMs >= startMs + from * hourMs && unit.startMs < startMs + to * hourMs);
    expect(Math.max(...inHours(300, 306).map(({ score }) => score))).toBeGreaterThan(2);
    expect(Math.max(...inHours(308, 314).map(({ score }) => score))).toBeLessThan(1);
  });

  it('refuses parameters of another shape', async () => {
    const { files } = await trained;
    await expect(
      detector.load({ parameters: { scan: {} }, ...(files === undefined ? {} : { files }) }),
    ).rejects.toMatchObject({
      code: 'MODEL_INVALID',
    });
  });
});

describe('endedScores', () => {
  const deviation = (windows: number, count: number, expected: number, column = 0) => ({
    ...{ column, windows, count, expected, z: 0, ratio: 0 },
  });
  const cell = { dispersion: 1, relative: 0, coefficients: [], high: 1, low: 1 };
  /** The last score of windows with these counts where 10 are expected, all raised by a span of four windows. */
  const lastOf = (counts: readonly number[], raised = deviation(4, 80, 40), { score = 4, dispersion = 1 } = {}) => {
    const lower = endedScores({ lengths: [1, 4] }, [[{ ...cell, dispersion }]]);
    return counts.map(count => lower({ score, statistics: [deviation(1, count, 10)], raisedBy: raised })).at(-1);
  };

  it('keeps a score as long as the latest counts go on as those of the span that raised it', () => {
    expect(lastOf([20, 20, 20, 20])).toBe(4);
    expect(lastOf([21, 24, 20, 15])).toBeGreaterThan(3.5);
  });

  it('lowers a score towards a usual one the more, the longer counts are usual again', () => {
    const [first = 0, second = 0] = [lastOf([20, 20, 20, 10]), lastOf([20, 20, 10, 10])];
    expect(first).toBeLessThan(2);
    expect(second).toBeLessThan(first);
    expect(second).toBeGreaterThan(0.9);
  });

  it('is less sure where messages come in bunches', () => {
    expect(lastOf([20, 20, 20, 10], deviation(4, 80, 40), { dispersion: 8 })).toBeGreaterThan(3);
  });

  it('lowers a score after a silence has ended', () => {
    expect(lastOf([0, 0, 0, 0], deviation(4, 0, 40))).toBe(4);
    expect(lastOf([0, 0, 0, 10], deviation(4, 0, 40))).toBeCloseTo(0.9, 2);
  });

  it('does not lower what is no more than usual, or shows its end by itself', () => {
    expect(lastOf([20, 10, 10], undefined, { score: 0.8 })).toBe(0.8);
    const lower = endedScores({ lengths: [1] }, [[cell]]);
    const now = { score: 4, statistics: [deviation(1, 10, 10)], raisedBy: undefined };
    expect([lower(now), lower(now)]).toEqual([4, 4]);
  });

  it('keeps the score of what begins after something stronger has ended', () => {
    const lower = endedScores({ lengths: [1, 4] }, [[cell, cell]]);
    const at = (score: number, counts: readonly [number, number], raisedBy: ReturnType<typeof deviation>) =>
      lower({ score, statistics: counts.map((count, column) => deviation(1, count, 10, column)), raisedBy });
    for (let window = 0; window < 4; window += 1) at(10, [100, 10], deviation(4, 400, 40));
    expect(at(10, [10, 10], deviation(4, 310, 40))).toBeCloseTo(0.9, 2);
    expect(at(6, [10, 60], deviation(1, 60, 10, 1))).toBe(6);
    expect(at(5, [0, 10], deviation(1, 0, 10))).toBe(5);
  });
});

describe('withReactions', () => {
  const series = withReactions(hourly);
  const record = (timeMs: number, topic: string, id: string, causationId: string): EventRecord => ({
    timeMs,
    topic,
    partition: 0,
    offset: 0,
    kind: 'event',
    type: topic === 'orders' ? 'OrderCreated' : 'PaymentAuthorized',
    source: '',
    id,
    correlationId: '',
    causationId,
    key: '',
    userId: '',
    productId: '',
    orderId: '',
    quantity: undefined,
    price: undefined,
    data: {},
  });

  it('adds the messages that lack their reaction, and names the type that is waited for', () => {
    const fold = series.fold(startMs);
    const stopMs = startMs + 3 * dayMs;
    const units: Unit[] = [];
    for (let timeMs = startMs; timeMs < stopMs + 2 * hourMs; timeMs += 600_000) {
      units.push(...fold.push(record(timeMs, 'orders', `o${timeMs}`, '')));
      if (timeMs < stopMs) units.push(...fold.push(record(timeMs + 50, 'payments', `p${timeMs}`, `o${timeMs}`)));
    }
    units.push(...fold.finish(stopMs + 2 * hourMs));
    expect(series.names).toEqual(['orders', 'payments', 'overdue [min]']);
    expect(units.at(-3)).toMatchObject({ features: [6, 6, 0] });
    expect(units.at(-3)?.lacking).toBeUndefined();
    expect(units.at(-1)).toMatchObject({ features: [6, 0, 110], lacking: ['PaymentAuthorized'] });
  });
});
