import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { z } from 'zod';
import { offsetMinutes } from '../../../base/moment.ts';
import { dayMs, minuteMs, rfc3339 } from '../../../base/time.ts';
import { weekMs } from '../../features/series-calendar.ts';
import { parseParameters } from '../parameters.ts';

/** A sample of a series: of counts, how many in the period that begins at `timeMs`. */
export type SeriesSample = { readonly timeMs: number; readonly channel: string; readonly value: number };

/** The file of a model that holds the newest training samples, in the order of time. */
export const historyFile = 'history.csv';

const columns = ['time', 'channel', 'value'] as const;
/** Days of training samples that a model keeps: those that thresholds are calibrated on. */
const historyDays = 100;
/** Periods of training samples that a model keeps of a channel without a time of day: records need 150 values. */
const historyPeriods = 2000;
/** Samples that a model keeps at most. */
const historyRows = 300_000;

/** The newest samples: those of the last 100 days, or, where periods are longer than half a day, of 2,000 periods; at most 300,000. */
export function newestSamples(
  samples: readonly SeriesSample[],
  channels: readonly { readonly id: string; readonly periodMs: number }[],
): readonly SeriesSample[] {
  const endMs = samples.at(-1)?.timeMs ?? 0;
  const slow = channels.filter(({ periodMs }) => periodMs > dayMs / 2);
  const kept = new Map(slow.map(({ id, periodMs }) => [id, historyPeriods * periodMs]));
  return samples
    .filter(({ timeMs, channel }) => timeMs >= endMs - (kept.get(channel) ?? historyDays * dayMs))
    .slice(-historyRows);
}

export function historyToFile(samples: readonly SeriesSample[]): string {
  return stringify([columns, ...samples.map(({ timeMs, channel, value }) => [rfc3339(timeMs), channel, value])]);
}

const rowsSchema = z.array(
  z
    .object({ time: z.iso.datetime(), channel: z.string(), value: z.string().transform(Number).pipe(z.number()) })
    .transform(({ time, channel, value }): SeriesSample => ({ timeMs: Date.parse(time), channel, value })),
);

/** @throws MODEL_INVALID */
export function historyFromFile(detector: string, file: string | Uint8Array | undefined): readonly SeriesSample[] {
  const text = typeof file === 'string' ? file : '';
  return parseParameters(detector, rowsSchema, parse(text, { columns: true }), historyFile);
}

/**
 * The samples moved by whole weeks of the local calendar, so that they end before `startMs` but as late as possible: what stands in for the past of a
 * stream. Samples that are just before it stay.
 *
 * @param periodMs how long the last sample lasts
 */
export function movedBefore(
  samples: readonly SeriesSample[],
  { startMs, timezone, periodMs }: { readonly startMs: number; readonly timezone: string; readonly periodMs: number },
): readonly SeriesSample[] {
  const last = samples.at(-1);
  if (last === undefined) return [];
  const betweenMs = startMs - (last.timeMs + periodMs);
  // Where clocks go forward in between, the local calendar has an hour more: the day of 23 hours has ended when the next one begins.
  const forwardMs = (offsetMinutes(startMs, timezone) - offsetMinutes(last.timeMs, timezone)) * minuteMs;
  const shiftMs = Math.floor((betweenMs + Math.max(0, forwardMs)) / weekMs) * weekMs;
  if (shiftMs === 0) return samples;
  const moved = (timeMs: number) => {
    const offset = offsetMinutes(timeMs, timezone) - offsetMinutes(timeMs + shiftMs, timezone);
    return timeMs + shiftMs + offset * minuteMs;
  };
  return samples
    .map(sample => ({ ...sample, timeMs: moved(sample.timeMs) }))
    .filter(({ timeMs }) => timeMs < startMs)
    .sort((a, b) => a.timeMs - b.timeMs);
}
