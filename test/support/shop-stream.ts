import { dayMs, hourMs } from '../../src/base/time.ts';
import type { SeriesWindow } from '../../src/lab/features/series-memory.ts';
import { randomStreams } from '../../src/shop/engine/random.ts';

export const startMs = Date.UTC(2026, 2, 2);

/**
 * Days of 300 visits on average, by the hour; every few days a campaign doubles them for a day and a half, and is announced a day before. The level
 * of each day stays near that of the day before.
 */
export function shopStream(seed: number, days: number): readonly SeriesWindow[] {
  const random = randomStreams(seed).stream('lstm');
  const campaigns = Array.from({ length: Math.floor(days / 6) }, (_, index) => {
    const beginsMs = startMs + (6 * index + 2 + random.integer(0, 3)) * dayMs + random.integer(6, 18) * hourMs;
    return { startMs: beginsMs, endMs: beginsMs + 36 * hourMs };
  });
  let logLevel = 0;
  return Array.from({ length: days * 24 }, (_, hour) => {
    const timeMs = startMs + hour * hourMs;
    if (hour % 24 === 0) logLevel = 0.8 * logLevel + 0.15 * (random.uniform() + random.uniform() - 1);
    const running = campaigns.some(each => timeMs >= each.startMs && timeMs < each.endMs);
    const mean = (12.5 - 9 * Math.cos((2 * Math.PI * hour) / 24)) * Math.exp(logLevel) * (running ? 2 : 1);
    let count = -1;
    for (let product = 1; product > Math.exp(-mean); product *= random.uniform()) count += 1;
    const announced = campaigns.filter(each => each.startMs - 30 * hourMs === timeMs);
    return { startMs: timeMs, counts: [count], ...(announced.length === 0 ? {} : { announced }) };
  });
}
