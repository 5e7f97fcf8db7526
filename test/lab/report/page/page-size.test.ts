import { readFileSync, statSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import type { SeriesData } from '../../../../src/data/series/series-in.ts';
import type { Alarm } from '../../../../src/lab/detectors/detector.ts';
import type { Model } from '../../../../src/lab/detectors/model.ts';
import type { AnomalyReport } from '../../../../src/lab/report/report-data.ts';
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

test('a page of a run of 44 days with 1,000 alarms of an anomaly is at most 1.5 MB', () => {
  const data = sampleReportData();
  const [hourly] = data.anomalies;
  const forecast = data.anomalies.find(one => one.forecast !== undefined)?.forecast;
  if (hourly === undefined || forecast === undefined) throw new Error('the sample has no forecast');
  const long = (values: readonly (number | null)[], length: number) =>
    Array.from({ length }, (_, index) => values[index % values.length] ?? null);
  const series = {
    ...hourly.series,
    channels: hourly.series.channels.map(one => ({ ...one, counts: long(one.counts, 44 * 24) })),
  };
  const channels = forecast.channels.slice(0, 4).map(one => ({
    name: one.name,
    ...{ actual: long(one.actual, 44 * 96), forecast: long(one.forecast, 44 * 96) },
    ...{ low: long(one.low, 44 * 96), high: long(one.high, 44 * 96) },
  }));
  const anomalies = data.anomalies.map((report, place): AnomalyReport => {
    const drawn = { ...report, series, forecast: place < 2 ? undefined : { ...forecast, stepMinutes: 15, channels } };
    const [alarm] = report.alarms;
    if (alarm === undefined || report.anomaly !== 'price-error') return drawn;
    return {
      ...drawn,
      alarms: Array.from({ length: 1000 }, (_, index) => ({ ...alarm, incident: index, score: 1 + index })),
      incidents: Array.from({ length: 1000 }, (_, incident) => ({ incident, chain: sampleChain })),
    };
  });
  const path = writeRunReport(temporaryDirectory(onTestFinished), { ...data, anomalies });
  expect(statSync(path).size).toBeLessThan(most);
  const page = readFileSync(path, 'utf8');
  expect(page).toContain(
    '1,000 incidents. The page shows the 25 with the highest scores; detections.csv has all alarms.',
  );
  expect(page).toContain('id="price-error-incident-999"');
  expect(page).not.toContain('price-error-incident-974"');
});
