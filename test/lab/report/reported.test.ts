import { describe, expect, test } from 'vitest';
import type { Label } from '../../../src/data/dataset/truth.ts';
import { timelineChannels } from '../../../src/lab/report/page/timeline-option.ts';
import { reportDataSchema } from '../../../src/lab/report/report-data.ts';
import {
  reportedForecast,
  reportedIntervention,
  reportedScoreLine,
  reportedScores,
  reportedTree,
} from '../../../src/lab/report/reported.ts';
import { sampleReportData } from '../../support/sample-report-data.ts';

describe('reportedTree', () => {
  test('adds up the leaves and puts features into words', () => {
    const tree = reportedTree(
      {
        kind: 'split',
        column: 1,
        value: 2.5,
        left: { kind: 'leaf', units: 90, positives: 1 },
        right: {
          kind: 'split',
          column: 0,
          value: 7,
          left: { kind: 'leaf', units: 8, positives: 0 },
          right: { kind: 'leaf', units: 12, positives: 9 },
        },
      },
      { names: ['price', 'quantity'], phrases: { quantity: 'units bought' } },
    );
    expect(tree).toEqual({
      units: 110,
      positives: 10,
      question: {
        feature: 'quantity',
        phrase: 'units bought',
        threshold: 2.5,
        below: { units: 90, positives: 1 },
        atLeast: {
          units: 20,
          positives: 9,
          question: {
            feature: 'price',
            phrase: 'price',
            threshold: 7,
            below: { units: 8, positives: 0 },
            atLeast: { units: 12, positives: 9 },
          },
        },
      },
    });
  });
});

describe('reportedScores', () => {
  const count = (score: number, negatives: number, anyPositive: number) => ({
    score,
    negatives,
    anyPositive,
    positives: {},
  });

  test('counts every unit once, the highest score in the last bin', () => {
    const scores = reportedScores([count(1, 0, 3), count(-3, 100, 0), count(-1, 5, 1)], 0.5);
    expect(scores).toMatchObject({ low: -3, high: 1, isCut: false });
    expect(scores?.negatives[0]).toBe(100);
    expect(scores?.negatives[20]).toBe(5);
    expect(scores?.positives[20]).toBe(1);
    expect(scores?.positives.at(-1)).toBe(3);
    expect(scores?.negatives.reduce((sum, units) => sum + units)).toBe(105);
  });

  test('an extreme score does not squeeze the others: it is counted in the last bin of a shorter scale', () => {
    const scores = reportedScores([count(0, 50, 0), count(5, 49, 0), count(700, 0, 1)], 100);
    expect(scores).toMatchObject({ low: 0, high: 20, isCut: true });
    expect(scores?.negatives[10]).toBe(49);
    expect(scores?.positives.at(-1)).toBe(1);
  });

  test('scores of many times the threshold are counted in bins of equal ratio', () => {
    const scores = reportedScores([count(0.001, 50, 0), count(0.1, 9, 0), count(1.01, 3, 0), count(10, 0, 1)], 1);
    expect(scores).toMatchObject({ low: 0.1, high: 10, isCut: false, isLogarithmic: true });
    expect(scores?.negatives[0]).toBe(59);
    expect(scores?.negatives[20]).toBe(3);
    expect(scores?.positives.at(-1)).toBe(1);
  });

  test('a single score fills the first bin', () => {
    expect(reportedScores([count(0.5, 7, 0)], 1)?.negatives[0]).toBe(7);
  });

  test('there is none without scores', () => {
    expect(reportedScores([], 1)).toBeUndefined();
    expect(reportedScores([count(Number.NaN, 1, 0)], 1)).toBeUndefined();
  });
});

describe('reportedForecast', () => {
  const hour = 3_600_000;
  const band = (startMs: number, channel: string, actual: number) => ({
    startMs,
    channel,
    actual,
    forecast: 10.26,
    low: 5,
    high: 15,
  });

  test('puts the total first and leaves gaps where there was no forecast', () => {
    expect(reportedForecast([band(2 * hour, 'cart', 4), band(0, 'cart', 3), band(0, 'total', 9)], 60)).toEqual({
      startMs: 0,
      stepMinutes: 60,
      channels: [
        {
          name: 'total',
          actual: [9, null, null],
          forecast: [10.3, null, null],
          low: [5, null, null],
          high: [15, null, null],
        },
        { name: 'cart', actual: [3, null, 4], forecast: [10.3, null, 10.3], low: [5, null, 5], high: [15, null, 15] },
      ],
    });
  });

  test('there is none without bands', () => {
    expect(reportedForecast([], 60)).toBeUndefined();
  });
});

describe('reportedIntervention', () => {
  test('names the first of a crowd', () => {
    const label: Label = {
      id: 'ring-1',
      anomaly: 'stock-exhaustion',
      variant: 'account-ring',
      intensity: 'subtle',
      taxonomy: 'OWASP OAT-021',
      target: 'random',
      entities: Array.from({ length: 30 }, (_, index) => ({ type: 'user' as const, id: `u${index}` })),
      start: '2026-03-02T10:00:00.000Z',
      end: '2026-03-02T11:00:00.000Z',
      effect_start: '2026-03-02T10:00:00.000Z',
      effect_end: '2026-03-02T11:20:00.000Z',
      parameters: {},
      receipt: {},
    };
    const reported = reportedIntervention(label);
    expect(reported).toMatchObject({
      kind: 'stock-exhaustion',
      entityCount: 30,
      startMs: Date.UTC(2026, 2, 2, 10),
      effectEndMs: Date.UTC(2026, 2, 2, 11, 20),
    });
    expect(reported.entities.map(({ id }) => id)).toEqual(label.entities.slice(0, 12).map(({ id }) => id));
  });
});

test('reportDataSchema takes what it describes, and nothing less', () => {
  const data: unknown = JSON.parse(JSON.stringify(sampleReportData()));
  expect(reportDataSchema.parse(data)).toEqual(sampleReportData());
  expect(reportDataSchema.safeParse({ ...sampleReportData(), format: 2 }).success).toBe(false);
});

test('reportedScoreLine holds the highest score of each window, and keeps it on its side of the threshold', () => {
  const at = (window: number, score: number) => ({
    unit: {
      startMs: window * 900_000,
      endMs: (window + 1) * 900_000,
      entity: { type: 'shop' as const, id: 'shop' },
      features: [],
    },
    score,
  });
  const line = reportedScoreLine([at(2, 0.123456), at(4, 0.2), at(4, 0.500001), at(5, 0.3)], {
    stepMinutes: 15,
    threshold: 0.5,
  });
  expect(line).toEqual({ startMs: 1_800_000, stepMinutes: 15, values: [0.1235, null, 0.500001, 0.3] });
  expect(reportedScoreLine([], { stepMinutes: 15, threshold: 0.5 })).toBeUndefined();
});

test('reportedScoreLine and timelineChannels take years of windows', () => {
  const years = 200_000;
  const entity = { type: 'shop', id: 'shop' } as const;
  const scored = Array.from({ length: years }, (_, window) => ({
    unit: { startMs: window * 900_000, endMs: (window + 1) * 900_000, entity, features: [] },
    score: 0.1,
  }));
  expect(reportedScoreLine(scored, { stepMinutes: 15, threshold: 0.5 })?.values).toHaveLength(years);
  const [report] = sampleReportData().anomalies;
  if (report === undefined) throw new Error('the sample has a report');
  const series = { ...report.series, channels: [{ name: 'total', counts: new Array<number>(years).fill(1) }] };
  expect(timelineChannels({ ...report, series, shown: [], incidentCount: 0, points: 2400 })[0]?.name).toBe('total');
});
