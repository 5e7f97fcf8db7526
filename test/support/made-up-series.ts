import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dayMs, hourMs, rfc3339, weekdayOf } from '../../src/base/time.ts';
import { drawOf } from '../../src/lab/detectors/draws.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export type MadeUpSample = { readonly timeMs: number; readonly value: number };

/** 2 March 2026, a Monday. */
export const madeUpStartMs = Date.parse('2026-03-02T00:00:00Z');

/** Busy in the afternoon, quiet at night and at weekends: a mean of 1, from 0.2 to 2. */
function dailyShape(timeMs: number): number {
  const hour = (timeMs % dayMs) / hourMs;
  const weekend = weekdayOf(timeMs) >= 5 ? 0.6 : 1.1;
  return weekend * (1 + 0.8 * Math.cos((2 * Math.PI * (hour - 15)) / 24));
}

/** A count about a mean, which varies more than Poisson's: each hour has a mean of its own, 12 % up or down. */
function madeUpCount(mean: number, name: string): number {
  const [u, v, w] = ['u', 'v', 'w'].map(draw => drawOf(1, `${name}/${draw}`)) as [number, number, number];
  const normal = Math.sqrt(-2 * Math.log(Math.max(u, 1e-9))) * Math.cos(2 * Math.PI * v);
  const own = mean * (1 + 0.24 * (w - 0.5));
  return Math.max(0, Math.round(own + Math.sqrt(own) * normal));
}

/** Counts by the hour, or by another period. @param factorAt of the mean, such as 0 during an outage; undefined for a gap */
export function madeUpCounts(options: {
  readonly days: number;
  readonly perHour?: number;
  readonly periodMs?: number;
  readonly startMs?: number;
  readonly name?: string;
  readonly shape?: (timeMs: number) => number;
  readonly factorAt?: (timeMs: number) => number | undefined;
}): readonly MadeUpSample[] {
  const { days, perHour = 100, periodMs = hourMs, startMs = madeUpStartMs, name = 'series' } = options;
  const { shape = dailyShape, factorAt = () => 1 } = options;
  return Array.from(
    { length: Math.round((days * dayMs) / periodMs) },
    (_, index) => startMs + index * periodMs,
  ).flatMap(timeMs => {
    const factor = factorAt(timeMs);
    const mean = perHour * (periodMs / hourMs) * shape(timeMs) * (factor ?? 0);
    return factor === undefined ? [] : [{ timeMs, value: madeUpCount(mean, `${name}/${timeMs}`) }];
  });
}

/** Writes channels as CSV with the columns time, channel and count. */
export function seriesFile(
  channels: Readonly<Record<string, readonly MadeUpSample[]>>,
  dir = temporaryDirectory(),
): string {
  const path = join(dir, 'series.csv');
  const rows = Object.entries(channels).flatMap(([channel, samples]) =>
    samples.map(({ timeMs, value }) => `${rfc3339(timeMs)},${channel},${value}`),
  );
  writeFileSync(path, ['time,channel,count', ...rows, ''].join('\n'));
  return path;
}
