import { expect, test } from 'vitest';
import { localMoments } from '../../../src/base/moment.ts';
import { hourMs } from '../../../src/base/time.ts';
import { MomentReader } from '../../../src/data/import/moment-reader.ts';

test.each([
  ['Europe/Berlin', '2026-03-29'],
  ['Europe/Berlin', '2026-10-25'],
  // Half an hour.
  ['Australia/Lord_Howe', '2026-04-05'],
  // Two hours.
  ['Antarctica/Troll', '2026-03-29'],
  // The whole day did not exist.
  ['Pacific/Apia', '2011-12-30'],
  // 13 hours ahead of UTC, and 10 behind.
  ['Pacific/Auckland', '2026-09-27'],
  ['America/Adak', '2026-03-08'],
  ['UTC', '1969-12-31'],
])('reads times in %s around %s, when clocks change, as they are read one by one', (zone, day) => {
  const reader = new MomentReader(zone);
  const from = Date.parse(`${day}T00:00:00Z`) - 60 * hourMs;
  const different: string[] = [];
  for (let shownMs = from; shownMs < from + 144 * hourMs; shownMs += hourMs / 4) {
    const text = new Date(shownMs).toISOString().slice(0, 16);
    const [year = 0, month = 0, date = 0, hour = 0, minute = 0] = text.split(/[-T:]/).map(Number);
    const expected = localMoments({ year, month, day: date, hour, minute }, zone);
    if (reader.read(text).join() !== expected.join()) different.push(text);
  }
  expect(different).toEqual([]);
});
