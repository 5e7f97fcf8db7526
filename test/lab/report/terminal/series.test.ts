import { expect, test } from 'vitest';
import { hourMs, rfc3339 } from '../../../../src/base/time.ts';
import { seriesChart } from '../../../../src/lab/report/terminal/series.ts';

const startMs = Date.UTC(2026, 2, 2);
const span = { startMs, endMs: startMs + 8 * hourMs };
const channelOf = (id: string) => ({ type: 'channel' as const, id });
const alarmAt = (hour: number, id: string) => ({
  ...{ startMs: startMs + hour * hourMs, endMs: startMs + (hour + 1) * hourMs, entity: channelOf(id) },
});
const labelAt = (hour: number, id: string) => {
  const alarm = alarmAt(hour, id);
  return { start: rfc3339(alarm.startMs), end: rfc3339(alarm.endMs), entities: [channelOf(id)] };
};

async function chartOf(channels: readonly string[], isFromZero: boolean) {
  const chart = seriesChart(span, { periodMs: hourMs, isFromZero });
  async function* rows() {
    // The fifth sample is missing.
    for (const [hour, value] of [-4, -4, -4, -4, undefined, -11, -4, -4].entries())
      for (const channel of channels)
        if (value !== undefined)
          yield { timeMs: startMs + hour * hourMs, channel, value: isFromZero ? -value : value, text: '' };
  }
  for await (const _ of chart.counting(rows()));
  return chart;
}

test('seriesChart draws values from the lowest, gaps as gaps, and only the channels with alarms', async () => {
  const chart = await chartOf(['hall', 'roof'], false);
  const beneath = { labels: [labelAt(5, 'roof')], alarms: [alarmAt(6, 'roof')] };
  expect(chart.draw(beneath).split('\n').slice(0, 3)).toEqual([
    'roof       ████ ▁██',
    'anomalies       █',
    'alarms           ▲',
  ]);
});

test('seriesChart draws counts from 0, and the first channel where there is no alarm', async () => {
  const chart = await chartOf(['hall', 'roof'], true);
  expect(chart.draw({ labels: [], alarms: [] })).toBe('hall  ▃▃▃▃ █▃▃\n      2 Mar\n\nand 1 more channel');
});

test('seriesChart draws three channels, cuts long names and says how many more have alarms', async () => {
  const names = ['a', 'b', 'c', 'd'].map(letter => letter.repeat(30));
  const chart = await chartOf(names, true);
  const drawn = chart.draw({ labels: [], alarms: names.map(name => alarmAt(5, name)) }, 40).split('\n');
  expect(drawn.filter(line => line.includes('▃'))).toHaveLength(3);
  expect(drawn[0]).toBe(`${'a'.repeat(19)}…  ▃▃▃▃ █▃▃`);
  expect(drawn.at(-1)).toBe('and 1 more with alarms');
});
