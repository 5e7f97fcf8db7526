import { expect, test } from 'vitest';
import { dayMs, hourMs, minuteMs } from '../../../../src/base/time.ts';
import { SeasonalScan } from '../../../../src/lab/detectors/series/seasonal-scan.ts';
import { madeUpStartMs } from '../../../support/made-up-series.ts';

const slotMs = 15 * minuteMs;

/** What is expected on the second Monday at 17:45. */
function expectedAfter(isAlarm: boolean): number {
  const scan = new SeasonalScan({ isCount: true, slotMs, timezone: 'UTC' });
  const wednesdayMs = madeUpStartMs + 2 * dayMs;
  let timeMs = madeUpStartMs;
  const push = (value: number) => {
    const deviations = scan.push(timeMs, value, false);
    timeMs += slotMs;
    return deviations;
  };
  const skipUntil = (untilMs: number) => {
    for (; timeMs < untilMs; timeMs += slotMs) scan.skip();
  };
  while (timeMs < wednesdayMs + 18 * hourMs) push(timeMs < wednesdayMs + 17 * hourMs ? 100 : 160);
  skipUntil(wednesdayMs + 2 * dayMs);
  push(1000);
  if (isAlarm) scan.beginAlarm();
  skipUntil(madeUpStartMs + 7 * dayMs + 17 * hourMs + 3 * slotMs);
  return push(1000).high.expected;
}

test('an alarm that begins behind a gap leaves the hour before the gap usual', () => {
  expect(expectedAfter(false)).toBeGreaterThan(110);
  expect(expectedAfter(true)).toBe(expectedAfter(false));
});
