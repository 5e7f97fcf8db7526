import { expect, test } from 'vitest';
import { dayMs, hourMs } from '../../../src/base/time.ts';
import { weekMs } from '../../../src/lab/features/series-calendar.ts';
import {
  contiguousStreams,
  movedBefore,
  type SeriesWindow,
  seriesMemory,
} from '../../../src/lab/features/series-memory.ts';
import {
  againstOtherWeeks,
  seasonalMedians,
  seasonalProfile,
  weeklyMeans,
} from '../../../src/lab/features/series-profile.ts';

const monday = Date.UTC(2025, 0, 6);

function hours(days: number, countAt: (hour: number) => number): readonly SeriesWindow[] {
  return Array.from({ length: days * 24 }, (_, hour) => ({ startMs: monday + hour * hourMs, counts: [countAt(hour)] }));
}

test('seasonalMedians keeps weekdays and weekends apart and ignores one wild day', () => {
  const windows = hours(14, hour => {
    const day = Math.floor(hour / 24);
    return day === 1 ? 9999 : (day % 7 >= 5 ? 1000 : 100) + (hour % 24);
  });
  const usual = seasonalProfile(seasonalMedians(windows, hourMs), hourMs);
  expect(usual.at(monday + 3 * weekMs + 7 * hourMs)).toEqual([107]);
  expect(usual.at(monday + 3 * weekMs + 5 * dayMs + 23 * hourMs)).toEqual([1023]);
});

test('seasonalMedians with smoothing averages neighbours before the median', () => {
  const usual = seasonalProfile(
    seasonalMedians(
      hours(7, hour => (hour % 2 === 0 ? 0 : 3)),
      hourMs,
      1,
    ),
    hourMs,
  );
  expect(usual.at(monday + dayMs + 10 * hourMs)).toEqual([2]);
  expect(usual.at(monday + dayMs + 11 * hourMs)).toEqual([1]);
});

test('weeklyMeans is the mean over the weeks, and empty for hours never seen', () => {
  const twoWeeks = hours(14, hour => (hour < 168 ? 10 : 30));
  expect(weeklyMeans(twoWeeks).at(monday + 9 * weekMs)).toEqual([20]);
  expect(weeklyMeans(hours(1, () => 1)).at(monday + 30 * hourMs)).toEqual([]);
});

test('againstOtherWeeks expects of a week what the other weeks had', () => {
  const compared = againstOtherWeeks(
    hours(14, hour => (hour < 168 ? 10 : 30)),
    hourMs,
  );
  expect(compared.map(({ forecast }) => forecast[0])).toEqual([...Array(168).fill(30), ...Array(168).fill(10)]);
});

test('movedBefore moves by whole weeks, to end at the latest moment before the stream', () => {
  const past = hours(22, hour => hour);
  const startMs = monday + 100 * dayMs;
  const moved = movedBefore(past, hourMs, startMs);
  const shift = (moved[0]?.startMs ?? 0) - monday;
  expect(shift % weekMs).toBe(0);
  const endMs = (moved.at(-1)?.startMs ?? 0) + hourMs;
  expect(endMs).toBeLessThanOrEqual(startMs);
  expect(endMs + weekMs).toBeGreaterThan(startMs);
  expect(movedBefore(past, hourMs, monday + 22 * dayMs)[0]?.startMs).toBe(monday);
  expect((movedBefore(past, hourMs, monday)[0]?.startMs ?? 0) - monday).toBe(-4 * weekMs);
});

test('seriesMemory answers by time and forgets what is older than its length', () => {
  const memory = seriesMemory(hourMs, 48);
  for (const window of hours(30, hour => hour)) memory.push(window);
  expect(memory.before(monday + 30 * dayMs).map(({ counts }) => counts[0])).toEqual(
    Array.from({ length: 48 }, (_, index) => 28 * 24 + index),
  );
  expect(memory.at(monday + 29 * dayMs)).toEqual([29 * 24]);
  expect(memory.at(monday)).toBeUndefined();
});

test('contiguousStreams cuts where time stands still, goes back or jumps', () => {
  const day = hours(1, hour => hour);
  const later = day.map(({ startMs, counts }) => ({ startMs: startMs + 9 * dayMs, counts }));
  expect(contiguousStreams([...day, ...day, ...later], hourMs).map(stream => stream.length)).toEqual([24, 24, 24]);
});
