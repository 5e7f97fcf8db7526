import { expect, test } from 'vitest';
import { offsetMinutes } from '../../../../src/base/moment.ts';
import { dayMs, hourMs, minuteMs } from '../../../../src/base/time.ts';
import { localSlots } from '../../../../src/lab/detectors/series/local-slots.ts';

test.each(['America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'UTC'])(
  'slots in %s follow the clock of each hour, also on days that clocks change',
  timezone => {
    const place = localSlots(timezone, hourMs);
    for (let timeMs = Date.UTC(2026, 0, 1); timeMs < Date.UTC(2027, 0, 1); timeMs += hourMs) {
      const local = timeMs + offsetMinutes(timeMs, timezone) * minuteMs;
      const { day, slot } = place(timeMs);
      expect(day * dayMs + slot * hourMs).toBe(Math.floor(local / hourMs) * hourMs);
    }
  },
);
