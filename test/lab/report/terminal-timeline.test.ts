import { expect, test } from 'vitest';
import { dayMs, hourMs } from '../../../src/base/time.ts';
import { terminalTimeline } from '../../../src/lab/report/terminal-timeline.ts';

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
