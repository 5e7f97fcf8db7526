import { expect, test } from 'vitest';
import type { ScoreRow } from '../../../src/lab/detectors/write-detections.ts';
import { resultRows } from '../../../src/lab/evaluation/result-rows.ts';
import { scoreDetections } from '../../../src/lab/evaluation/score-detections.ts';
import type { TestRun } from '../../../src/lab/evaluation/score-run.ts';
import { leftOutWindows } from '../../../src/lab/evaluation/unscored-units.ts';
import { hoardingStream } from '../../support/hoarding-stream.ts';
import { alarm, label } from '../../support/labels.ts';
import { windowMs } from '../../support/units.ts';

const stream = hoardingStream({ seed: 2, days: 6, visitsPerDay: 80, attacks: ['fast', 'slow'] });
const run: TestRun = { run: '2', records: [stream.records], span: stream.span, truth: stream.truth };
const labels = stream.truth.labels;

/** One row for each window in which somebody did something: 1 for a label's users, 0 for everybody else. */
const everyUnit: readonly ScoreRow[] = [
  ...new Map(
    stream.records.flatMap(({ userId, timeMs }) => {
      const startMs = Math.floor(timeMs / windowMs) * windowMs;
      const score = labels.some(({ entities }) => entities.some(({ id }) => id === userId)) ? 1 : 0;
      return userId === '' ? [] : [[`${userId} ${startMs}`, rowOf(userId, startMs, score)] as const];
    }),
  ).values(),
];

function rowOf(userId: string, startMs: number, score: number): ScoreRow {
  const entity = { type: 'user', id: userId } as const;
  return { startMs, endMs: startMs + windowMs, score, anomaly: 'stock-exhaustion', entity, detector: 'mine' };
}

async function figuresOf(scores: readonly ScoreRow[], of = run) {
  const { outcomes, unscored } = await scoreDetections(of, [], scores);
  const row = resultRows(outcomes).find(({ variant, intensity }) => variant === 'all' && intensity === 'all');
  return { unscored, averagePrecision: row?.averagePrecision, rocAuc: row?.rocAuc };
}

test('scoreDetections: every positive unit scored, and scored above the others, is perfect, without the products of the labels', async () => {
  expect(labels.flatMap(({ entities }) => entities).some(({ type }) => type === 'product')).toBe(true);
  expect(await figuresOf(everyUnit)).toEqual({ unscored: [], averagePrecision: 1, rocAuc: 1 });
});

test('scoreDetections: positive units without a score rank below all others and are counted', async () => {
  const positives = everyUnit.filter(({ score }) => score === 1);
  const kept = positives.slice(0, 3);
  const others = everyUnit.filter(({ score }) => score === 0);
  const found = await figuresOf([...kept, ...others]);
  const missing = positives.length - kept.length;
  expect(missing).toBe(10);
  expect(found.unscored).toEqual([{ anomaly: 'stock-exhaustion', detector: 'mine', units: missing }]);
  // Three at the top, the rest after all negatives: ROC area is the share of positives at the top.
  expect(found.rocAuc).toBeCloseTo(3 / positives.length, 10);
  const sharePositive = positives.length / everyUnit.length;
  expect(found.averagePrecision).toBeCloseTo((3 + missing * sharePositive) / positives.length, 10);
});

test('scoreDetections: units that are not positive may be left out', async () => {
  const { unscored, averagePrecision } = await figuresOf(
    everyUnit.filter(({ score }, index) => score === 1 || index % 2),
  );
  expect({ unscored, averagePrecision }).toEqual({ unscored: [], averagePrecision: 1 });
});

test('scoreDetections: a program gains nothing by leaving rows out', async () => {
  const [positive = [], negative = []] = [1, 0].map(wanted => everyUnit.filter(({ score }) => score === wanted));
  const wrong = { ...rowOf('nobody', 0, 2) };
  const { averagePrecision, rocAuc } = await figuresOf([wrong]);
  // All units that occur share the last place.
  expect(averagePrecision).toBeCloseTo(positive.length / (everyUnit.length + 1), 10);
  expect(rocAuc).toBeCloseTo(0.5 * (negative.length / (negative.length + 1)), 10);
});

test('scoreDetections: nor by leaving out windows of the whole shop', async () => {
  const silence = label('silence', 4, 7, { anomaly: 'traffic-intensity', entities: [{ type: 'shop', id: 'shop' }] });
  const truth = { labels: [silence], nearMisses: [], caused: new Map() };
  const windows = 200;
  const shop: TestRun = { ...run, records: [], span: { startMs: 0, endMs: windows * windowMs }, truth };
  const rowAt = (index: number, score: number): ScoreRow => ({
    ...{ startMs: index * windowMs, endMs: (index + 1) * windowMs, score, anomaly: 'traffic-intensity' },
    ...{ entity: { type: 'shop', id: 'shop' }, detector: 'mine' },
  });
  const all = Array.from({ length: windows }, (_, index) => rowAt(index, index === 20 ? 2 : index === 5 ? 1 : 0));
  const figures = async (rows: readonly ScoreRow[]) => {
    const [row] = resultRows((await scoreDetections(shop, [], rows)).outcomes);
    return [row?.averagePrecision, row?.vusPr, row?.vusRoc];
  };
  const [averagePrecision = 1, ...volumes] = await figures([rowAt(20, 2), rowAt(5, 1), rowAt(6, 0)]);
  expect(averagePrecision).toBeLessThan(0.3);
  expect(volumes).toEqual((await figures(all)).slice(1));
});

test('scoreDetections: of an anomaly of the whole shop, each window is one unit, however many rows it has', async () => {
  const silence = label('silence', 4, 7, { anomaly: 'traffic-intensity', entities: [{ type: 'shop', id: 'shop' }] });
  const truth = { labels: [silence], nearMisses: [], caused: new Map() };
  const windows = 200;
  const shop: TestRun = { ...run, records: [], span: { startMs: 0, endMs: windows * windowMs }, truth };
  const rowOfService = (index: number, score: number, id: string): ScoreRow => ({
    ...{ startMs: index * windowMs, endMs: (index + 1) * windowMs, score, anomaly: 'traffic-intensity' },
    ...{ entity: { type: 'service', id }, detector: 'mine' },
  });
  const scoreAt = (index: number) => (index === 20 ? 2 : index === 5 ? 1 : 0);
  const one = Array.from({ length: windows }, (_, index) => rowOfService(index, scoreAt(index), 'cart'));
  const others = ['order', 'payment', 'warehouse'].flatMap(id => [
    ...[5, 6].map(index => rowOfService(index, 1, id)),
    ...[0, 20].map(index => rowOfService(index, -1, id)),
  ]);
  const raised = one.map(row => (row.startMs === 6 * windowMs ? { ...row, score: 1 } : row));
  const figures = async (rows: readonly ScoreRow[]) => {
    const [row] = resultRows((await scoreDetections(shop, [], rows)).outcomes);
    return [row?.averagePrecision, row?.rocAuc, row?.vusPr];
  };
  expect(await figures([...one, ...others])).toEqual(await figures(raised));
});

test.each([
  ['begin a day after the label', 48 * 2 * windowMs, [56], [0, 1]],
  ['repeat every hour', undefined, [4, 6, 8, 10], [1, 0]],
] as const)('scoreDetections: alarms gain nothing if they %s', async (_, externalWindowMs, starts, [right, wrong]) => {
  const silence = label('silence', 4, 11, { anomaly: 'traffic-intensity', entities: [{ type: 'shop', id: 'shop' }] });
  const truth = { labels: [silence], nearMisses: [], caused: new Map() };
  const shop: TestRun = { ...run, records: [], span: { startMs: 0, endMs: 480 * windowMs }, truth };
  const alarms = starts.map(at => alarm('shop', at, at + 1, { anomaly: 'traffic-intensity', detector: 'mine' }));
  const { outcomes } = await scoreDetections(shop, alarms, [], [], externalWindowMs);
  expect(outcomes.map(({ rightAlarms, falseAlarms }) => [rightAlarms.length, falseAlarms])).toEqual([[right, wrong]]);
});

test('scoreDetections: of an anomaly of the whole shop, windows of the label that no score overlaps are missed', async () => {
  const silence = label('silence', 4, 7, { anomaly: 'traffic-intensity', entities: [{ type: 'shop', id: 'shop' }] });
  const shop: TestRun = { ...run, records: [], truth: { labels: [silence], nearMisses: [], caused: new Map() } };
  const hourMs = 2 * windowMs;
  const rows = [0, 1, 2, 4, 5].map((hour): ScoreRow => {
    const entity = { type: 'shop', id: 'shop' } as const;
    const [startMs, endMs] = [hour * hourMs, (hour + 1) * hourMs];
    return { startMs, endMs, score: hour === 2 ? 1 : 0, anomaly: 'traffic-intensity', entity, detector: 'mine' };
  });
  const { unscored } = await figuresOf(rows, shop);
  // [3:00, 4:00) is not scored, and the label ends at 3:30: windows of 15 min from 3:00, 3:15 and 3:30.
  expect(unscored).toEqual([{ anomaly: 'traffic-intensity', detector: 'mine', units: 3 }]);
  // Where the run ends at 3:20 nobody can have scored more than the first.
  const cut: TestRun = { ...shop, span: { ...shop.span, endMs: 3 * hourMs + 20 * 60_000 } };
  const inCut = await figuresOf(
    rows.filter(({ endMs }) => endMs <= 3 * hourMs),
    cut,
  );
  expect(inCut.unscored).toEqual([{ anomaly: 'traffic-intensity', detector: 'mine', units: 1 }]);
});

test('scoreDetections: scores of one channel do not stand for another', async () => {
  const channel = (id: string) => ({ type: 'channel', id }) as const;
  const spike = label('spike', 4, 6, { anomaly: 'series', entities: [channel('a')] });
  const truth = { labels: [spike], nearMisses: [], caused: new Map() };
  const series: TestRun = { ...run, records: [], span: { startMs: 0, endMs: 10 * windowMs }, truth };
  const rowsOf = (id: string): readonly ScoreRow[] =>
    Array.from({ length: 10 }, (_, index) => ({
      ...{ startMs: index * windowMs, endMs: (index + 1) * windowMs, score: 0, anomaly: 'series' },
      ...{ entity: channel(id), detector: 'mine' },
    }));
  expect((await figuresOf([...rowsOf('a'), ...rowsOf('b')], series)).unscored).toEqual([]);
  expect((await figuresOf(rowsOf('b'), series)).unscored).toHaveLength(1);
  const leftOut = leftOutWindows([...rowsOf('a').slice(0, 9), ...rowsOf('b').slice(1)], series.span);
  expect(leftOut.map(({ startMs, entity }) => [entity.id, startMs / windowMs])).toEqual([
    ['a', 9],
    ['b', 0],
  ]);
});
