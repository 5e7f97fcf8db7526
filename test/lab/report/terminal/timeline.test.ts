import { expect, test } from 'vitest';
import { dayMs, hourMs } from '../../../../src/base/time.ts';
import { terminalTimeline } from '../../../../src/lab/report/terminal/timeline.ts';

const startMs = Date.UTC(2026, 2, 2);
const counts = Array.from({ length: 48 }, (_, hour) => (hour < 24 ? 0 : hour - 23));
const lanes = [
  { name: 'anomalies', mark: '#', spans: [{ startMs: startMs + 30 * hourMs, endMs: startMs + 32 * hourMs }] },
  { name: 'alarms', mark: '^', spans: [] },
];

test('terminalTimeline draws counts, the lanes that hold something, and midnights', () => {
  expect(terminalTimeline('events', { startMs, windowMs: hourMs, counts, lanes }, 80).split('\n')).toEqual([
    `events     ${' '.repeat(24)}▁▁▂▂▂▃▃▃▄▄▄▅▅▅▆▆▆▇▇▇████`,
    `anomalies  ${' '.repeat(30)}##`,
    `           2 Mar${' '.repeat(19)}3 Mar`,
  ]);
});

test('terminalTimeline fits any width, and draws no bar where nothing happened', () => {
  for (const width of [20, 40, 60, 80]) {
    const lines = terminalTimeline('events', { startMs, windowMs: hourMs, counts, lanes }, width).split('\n');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(width);
  }
  const silent = { startMs, windowMs: dayMs, counts: [0, 0], lanes: [] };
  expect(terminalTimeline('events', silent, 40).split('\n')[0]).toBe('events');
});

test('terminalTimeline names the years where there are several', () => {
  const years = {
    startMs: Date.UTC(2024, 0, 1),
    windowMs: dayMs,
    counts: Array.from({ length: 730 }, () => 1),
    lanes: [],
  };
  const axis = terminalTimeline('sales', years, 60).split('\n')[1] ?? '';
  expect(axis).toMatch(/^ +1 Jan 2024 .* 2025/);
  expect(axis.length).toBeLessThanOrEqual(60);
});
