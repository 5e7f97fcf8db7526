import { readFile } from 'node:fs/promises';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { untrained } from '../../../src/lab/detectors/forecasts/forecast-model.ts';
import { seasonalMedian, smoothed } from '../../../src/lab/detectors/forecasts/forecasters.ts';
import { decisionFunction } from '../../../src/lab/detectors/one-class-svm/decision-function.ts';
import { trainOneClass } from '../../../src/lab/detectors/one-class-svm/libsvm.ts';
import { oneClassSvm } from '../../../src/lab/detectors/one-class-svm/one-class-svm.ts';
import { scanDetector } from '../../../src/lab/detectors/scan/scan-detector.ts';
import { totalColumn } from '../../../src/lab/detectors/scan/scan-series.ts';
import { trafficSeries } from '../../../src/lab/features/series-counts.ts';
import { expectCqshopError } from '../../support/cqshop-error.ts';
import { type Injection, syntheticStartMs, syntheticUnits } from '../../support/synthetic-series.ts';

const golden = z
  .object({
    provenance: z.string(),
    x: z.array(z.array(z.number())),
    decision_function: z.array(z.number()),
    rho: z.number(),
  })
  .parse(JSON.parse(await readFile(new URL('one-class-svm.golden.json', import.meta.url), 'utf8')));

const hour = 3_600_000;

test('trainOneClass says nothing and leaves fetch and the listeners of the process as they were', async () => {
  const { fetch } = globalThis;
  const listeners = process.listeners('unhandledRejection').length;
  const spies = (['log', 'warn', 'error'] as const).map(name => vi.spyOn(console, name));
  await trainOneClass([[0], [1], [2]], { gamma: 1, nu: 0.5 });
  expect(spies.flatMap(spy => spy.mock.calls)).toEqual([]);
  expect(globalThis.fetch).toBe(fetch);
  expect(process.listeners('unhandledRejection')).toHaveLength(listeners);
  vi.restoreAllMocks();
});

test('anomaly gives the decision function of scikit-learn, to the digits that libsvm writes', async () => {
  const { anomaly } = decisionFunction(await trainOneClass(golden.x, { gamma: 0.5, nu: 0.1 }));
  const decided = golden.x.map(x => golden.rho * (Math.exp(-anomaly(x)) - 1));
  const errors = decided.map((value, index) => Math.abs(value - (golden.decision_function[index] ?? Number.NaN)));
  expect(Math.max(...errors)).toBeLessThan(1e-5);
});

test('anomaly goes on growing far outside, where the decision function is flat', async () => {
  const { anomaly } = decisionFunction(await trainOneClass(golden.x, { gamma: 0.5, nu: 0.1 }));
  const [near = 0, further = 0, furthest = 0] = [10, 100, 1000].map(distance => anomaly([distance, 0, 0]));
  expect(further).toBeGreaterThan(50 * near);
  expect(furthest).toBeGreaterThan(50 * further);
  expect(Number.isFinite(furthest)).toBe(true);
});

test('decisionFunction refuses what is no one-class model', async () => {
  const text = await trainOneClass(golden.x, { gamma: 0.5, nu: 0.1 });
  for (const damaged of ['', text.slice(0, -200), text.replace('one_class', 'c_svc'), text.replace('1:', '1:x')])
    await expectCqshopError(async () => decisionFunction(damaged), 'MODEL_INVALID', 'expected');
});

const evening = syntheticStartMs + 3 * 24 * hour + 19 * hour;
const detector = scanDetector(
  {
    anomaly: 'traffic-intensity',
    falseAlarmsPerDay: 1 / 66,
    features: trafficSeries,
    columns: ['commands', totalColumn],
    families: [
      { id: 'high', sign: 1, columns: ['commands', totalColumn] },
      { id: 'low', sign: -1, columns: ['commands', totalColumn] },
    ],
    spansMs: [0.25, 0.5, 1, 2, 4].map(hours => hours * hour),
  },
  {
    id: 'one-class-svm',
    role: 'learner',
    description: 'an SVM on a scan',
    forecast: untrained('seasonal-median', smoothed(seasonalMedian)),
    judge: oneClassSvm,
  },
);
const { windowMs } = trafficSeries;
const trained = await detector.train(
  [1, 3].flatMap(stream =>
    syntheticUnits({ seed: stream, days: 22, windowMs }).map(unit => ({ unit, positive: false, stream })),
  ),
  { seed: 1 },
);

async function highest(injections: readonly Injection[]) {
  const scorer = await detector.load(trained);
  const scored = syntheticUnits({ seed: 2, days: 5, windowMs, injections }).flatMap(unit => scorer.score(unit));
  return scored.reduce((best, each) => (each.score > best.score ? each : best));
}

test.each([
  { what: 'a flood', kind: 'visits', factor: 4, text: /^high: .* until 2025-01-09 (19|20|21)/ },
  { what: 'a silence', kind: 'lost', share: 1, text: /^low: .* until 2025-01-09 (19|20|21)/ },
] as const)(
  'one-class-svm scores $what in an evening highest of all windows and names its direction',
  async ({ text, ...what }) => {
    const clean = await highest([]);
    const best = await highest([{ ...what, startMs: evening, endMs: evening + 2 * hour }]);
    expect(best.score).toBeGreaterThan(clean.score);
    expect(best.explain().text).toMatch(text);
  },
);

test('one-class-svm says which share of the windows of unseen days lies outside', () => {
  // nu is 0.1; two streams of 21 days hold 4,032 windows, of which every second is learnt from.
  expect(trained.validation?.heldOutDaysOutsideShare).toBeGreaterThan(0.05);
  expect(trained.validation?.heldOutDaysOutsideShare).toBeLessThan(0.2);
});

test('one-class-svm does not judge the first day of a stream', async () => {
  const scorer = await detector.load(trained);
  const scored = syntheticUnits({ seed: 2, days: 2, windowMs }).flatMap(unit => scorer.score(unit));
  expect(scored.map(({ unit }) => unit.startMs)[0]).toBe(syntheticStartMs + 24 * hour);
  expect(scored).toHaveLength(96);
});
