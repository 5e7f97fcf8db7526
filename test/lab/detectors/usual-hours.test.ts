import { describe, expect, test } from 'vitest';
import { dayMs, hourMs, minuteMs } from '../../../src/base/time.ts';
import { withoutAnnounced } from '../../../src/lab/detectors/forecasts/announced-ratios.ts';
import { seasonalMedian } from '../../../src/lab/detectors/forecasts/forecasters.ts';
import { hoursAhead, originAt } from '../../../src/lab/detectors/forecasts/origin.ts';
import { usualAhead, usualHours } from '../../../src/lab/detectors/forecasts/usual-hours.ts';
import { seriesMemory } from '../../../src/lab/features/series-memory.ts';

const windowMs = 15 * minuteMs;
const mondayMs = Date.UTC(2026, 0, 5);
const campaign = { startMs: mondayMs + 2 * dayMs + 20 * minuteMs, endMs: mondayMs + 3 * dayMs };
const ratios = [new Array(10).fill(1.5), new Array(10).fill(2)];

/** Days of two columns, from a Monday on; some hours are missing. */
function originAfter(days: number, { from = 0, campaigns = [campaign] } = {}) {
  const memory = seriesMemory(windowMs, (22 * dayMs) / windowMs);
  for (let startMs = mondayMs + from; startMs < mondayMs + days * dayMs; startMs += windowMs) {
    const noise = (startMs / windowMs) ** 2 % 97;
    if (noise % 31 === 3) continue;
    const announced = startMs === mondayMs + from ? { announced: campaigns } : {};
    memory.push({ startMs, counts: [noise, Math.floor(noise / 3)], ...announced });
  }
  return originAt(memory, mondayMs + days * dayMs);
}

describe('usualAhead', () => {
  test.each([
    ['three weeks', originAfter(21)],
    ['three weeks that do not begin on the hour', originAfter(21 + 15 / (24 * 60), { from: windowMs })],
    ['nothing announced', originAfter(21, { campaigns: [] })],
    ['days without a weekend, before one', originAfter(5)],
    ['a weekend alone, before a Monday', originAfter(7, { from: 5 * dayMs })],
    ['half a day', originAfter(0.5)],
    ['nothing', originAfter(0)],
  ])('gives the seasonal medians as if nothing had been announced: %s', (_, origin) => {
    for (const each of [ratios, undefined]) {
      const memory = withoutAnnounced(origin.hours, origin.announced, each);
      expect(usualAhead(origin, each)).toEqual(seasonalMedian(memory, origin.originMs, hoursAhead));
    }
  });
});

test('usualHours leaves out hours for which something was announced, unless it knows its effect', () => {
  const origin = originAfter(21);
  const during = ({ startMs }: { startMs: number }) => startMs + hourMs > campaign.startMs && startMs < campaign.endMs;
  expect(usualHours(origin, undefined).past.filter(during)).toEqual([]);
  const [first] = usualHours(origin, ratios).past.filter(during);
  const counts = origin.hours.at(first?.startMs ?? 0);
  expect(first?.counts).toEqual([(counts?.[0] ?? 0) / 1.5, (counts?.[1] ?? 0) / 2]);
});
