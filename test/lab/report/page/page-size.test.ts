import { readFileSync, statSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import type { SeriesData } from '../../../../src/data/series/series-in.ts';
import type { Alarm } from '../../../../src/lab/detectors/detector.ts';
import type { Model } from '../../../../src/lab/detectors/model.ts';
import type { ChartOption } from '../../../../src/lab/report/page/chart-theme.ts';
import {
  type TimelineChannel,
  timelineChannels,
  timelineOption,
} from '../../../../src/lab/report/page/timeline-option.ts';
import type { AnomalyReport, ReportData } from '../../../../src/lab/report/report-data.ts';
import { writeRunReport, writeSeriesReport } from '../../../../src/lab/report/report-files.ts';
import { seriesReport } from '../../../../src/lab/report/series-report.ts';
import { sampleChain, sampleReportData } from '../../../support/sample-report-data.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

const most = 1_500_000;
const hourMs = 3_600_000;
const startMs = Date.UTC(2026, 0, 1);
const points = 2000;

test('a page of 100 series with long numbers and 3,000 alarms is at most 1.5 MB', () => {
  const names = Array.from({ length: 100 }, (_, index) => `sensor-number-${index}`);
  const alarms: readonly Alarm[] = Array.from({ length: 3000 }, (_, index) => ({
    ...{ startMs: startMs + (index % points) * hourMs, endMs: startMs + ((index % points) + 1) * hourMs },
    ...{ detectedAtMs: startMs + (index % points) * hourMs, score: 1 + index / 1000, threshold: 1 },
    ...{ anomaly: 'series', detector: 'series', entity: { type: 'channel', id: names[index % 100] ?? '' } },
    evidence: {
      features: {},
      text: 'mean 265.5 in the last 15 min, 185 expected at this time of day (14 standard deviations too high)',
    },
  }));
  const data = { manifest: { kind: 'value', periodMs: hourMs }, startMs, endMs: startMs + points * hourMs };
  const model = {
    detector: { id: 'series', anomaly: 'series', description: 'series' },
    description: { library: 'none', features: { windowMinutes: 60 }, threshold: { value: 1, note: 'none' } },
  };
  const means = (channel: number) =>
    Array.from({ length: points }, (_, index) => -0.001234 * (1 + Math.abs(Math.sin(index + channel))));
  const report = seriesReport(data as SeriesData, model as Model, {
    ...{ alarms, labels: [], scores: [] },
    chart: { windowMs: hourMs, means: () => new Map(names.map((name, index) => [name, means(index)])) },
  });
  const path = writeSeriesReport(temporaryDirectory(onTestFinished), { format: 1, report, rows: [] });
  expect(statSync(path).size).toBeLessThan(most);
});

/** Hourly counts and scores, two anomalies with forecasts of 15 minutes, and as many incidents, with their messages, of some anomalies. */
function longRun(days: number, incidents: Readonly<Record<string, number>>): ReportData {
  const data = sampleReportData();
  const [hourly] = data.anomalies;
  const sample = data.anomalies.find(one => one.forecast !== undefined)?.forecast;
  if (hourly === undefined || sample === undefined) throw new Error('the sample has no forecast');
  const long = (values: readonly (number | null)[], perDay: number) =>
    Array.from({ length: days * perDay }, (_, index) => values[index % values.length] ?? null);
  const series = {
    ...hourly.series,
    channels: hourly.series.channels.map(({ name, counts }) => ({ name, counts: long(counts, 24) })),
  };
  const channels = sample.channels.slice(0, 4).map(({ name, actual, forecast, low, high }) => ({
    name,
    ...{ actual: long(actual, 96), forecast: long(forecast, 96), low: long(low, 96), high: long(high, 96) },
  }));
  const anomalies = data.anomalies.map((report, place): AnomalyReport => {
    const { scoreLine, test: run } = report;
    const drawn = {
      ...{ ...report, series, test: { ...run, endMs: run.startMs + days * 24 * hourMs } },
      scoreLine: scoreLine && { ...scoreLine, values: long(scoreLine.values, 24) },
      forecast: place < 2 ? undefined : { ...sample, stepMinutes: 15, channels },
    };
    const [alarm] = report.alarms;
    const length = incidents[report.anomaly];
    if (alarm === undefined || length === undefined) return drawn;
    return {
      ...drawn,
      alarms: Array.from({ length }, (_, index) => ({ ...alarm, incident: index, score: 1 + index })),
      incidents: Array.from({ length }, (_, incident) => ({ incident, chain: sampleChain })),
    };
  });
  return { ...data, anomalies };
}

test('a page of a run of 44 days with 1,000 alarms of an anomaly is at most 1.5 MB', () => {
  const path = writeRunReport(temporaryDirectory(onTestFinished), longRun(44, { 'price-error': 1000 }));
  expect(statSync(path).size).toBeLessThan(most);
  const page = readFileSync(path, 'utf8');
  expect(page).toContain(
    '1,000 incidents. The page shows the 25 with the highest scores; detections.csv has all alarms.',
  );
  expect(page).toContain('id="price-error-incident-999"');
  expect(page).not.toContain('price-error-incident-974"');
});

test.each([50, 200, 2000])('a page of a run of %i days with 100 incidents of each anomaly is at most 1.5 MB', days => {
  const data = longRun(days, Object.fromEntries(sampleReportData().anomalies.map(({ anomaly }) => [anomaly, 100])));
  const path = writeRunReport(temporaryDirectory(onTestFinished), data);
  expect(statSync(path).size).toBeLessThan(most);
});

const line = (values: readonly number[]) => ({ startMs, stepMinutes: 60, values: [...values] });
const drawnIn = (option: ChartOption | TimelineChannel | undefined, wanted: object) => {
  const all = option?.series as readonly { readonly data: { readonly values: readonly number[] } }[];
  return all.find(one => Object.entries(wanted).every(([key, value]) => Reflect.get(one, key) === value))?.data;
};

test('a long line adds up the messages of some windows, and keeps the highest score and the mean of other values', () => {
  const [sample] = sampleReportData().anomalies;
  if (sample === undefined) throw new Error('the sample has an anomaly');
  const counts = [1, 2, 3, 4, 50, null, 7];
  const { scoreLine: _, ...report } = { ...sample, shown: [], incidentCount: 0, points: 3 };
  const messages = { ...line([]), channels: [{ name: 'total', counts }] };
  const [channel] = timelineChannels({ ...report, series: messages });
  const stepMs = 3 * hourMs;
  expect(drawnIn(channel, { id: 'actual' })).toEqual({ startMs, stepMs, values: [6, 81, 21] });
  expect(channel?.yAxisName).toBe('messages per 3 h');
  // The 50 is above its band, but the sum of its three windows is not.
  const band = { forecast: counts, low: counts.map(() => 0), high: [9, 9, 9, 9, 40, 99, 9] };
  const [forecasted] = timelineChannels({
    ...{ ...report, series: messages },
    forecast: { ...line([]), channels: [{ name: 'total', actual: counts, ...band }] },
  });
  expect(drawnIn(forecasted, { id: 'outside' })).toEqual([[startMs + stepMs, 81]]);
  const [other] = timelineChannels({ ...report, series: { ...messages, unit: 'value' } });
  expect(drawnIn(other, { id: 'actual' })).toEqual({ startMs, stepMs, values: [2, 27, 7] });
  const { option } = timelineOption({ ...report, scoreLine: line([1, 9, 3, 4, 5, 6, 2]) });
  expect(drawnIn(option, { name: 'highest score' })).toEqual({ startMs, stepMs, values: [9, 6, 2] });
});
