import { dayMs, hourMs } from '../../../base/time.ts';
import { memoryDays, movedBefore, type SeriesMemory, seriesMemory } from '../../features/series-memory.ts';
import { type AnnouncedRatios, withoutAnnounced } from './announced-ratios.ts';
import type { ForecastTraining } from './forecast-model.ts';
import { standIn } from './forecast-stream.ts';
import { type Forecast, type Forecaster, seasonalMedian, smoothed } from './forecasters.ts';
import { announcedBefore, countsOfHour, hoursAhead, type Origin, originAt } from './origin.ts';
import { leastDays } from './training-streams.ts';
import { usualAhead } from './usual-hours.ts';

/** A forecast of the next two days from what is known, per hour and column, and the share of it in what a memory without announcements expects. */
export type Correction = {
  /** What is usual in each part of what was announced. */
  readonly ratios: AnnouncedRatios;
  /** What is usual in place of medians; default: the medians. */
  readonly usual?: (origin: Origin) => ShrunkUsual;
  /** Factors for what is usual, as if nothing had been announced: per hour ahead, per column. */
  readonly factors: (origin: Origin) => readonly (readonly number[])[];
};

/** What is usual in place of counts of a time [ms]: announcements left out, per column. */
export type ShrunkUsual = (counts: readonly number[], startMs: number, lengthMs: number) => readonly number[];

/** An origin in clean days, with what followed it: `[hours × columns]`. */
export type Example = {
  readonly stream: number;
  readonly origin: Origin;
  readonly actual: Forecast;
};

/** How many parts the clean days are divided into; what is learnt from two is tried on the third. */
export const folds = 3;
/** An example begins so often. */
export const exampleStepMs = 3 * hourMs;

/** What is usual at the same time of day, as if nothing had been announced, corrected. */
export function corrected(correction: (originMs: number) => Correction): Forecaster {
  const base = smoothed(seasonalMedian);
  const usualOf = usualMemories();
  return (memory, originMs, windows, from = 0) => {
    const { ratios, factors, usual: shrunk } = correction(originMs);
    const origin = originAt(memory, originMs);
    const ofHours = factors(origin);
    const usualOfWindow = shrunk?.(origin);
    const perHour = hourMs / memory.windowMs;
    const usual = usualOf(memory, announcedBefore(memory, originMs), ratios);
    return base(usual, originMs, windows, from).map((counts, window) => {
      const ofHour = ofHours[Math.min(hoursAhead - 1, Math.floor((from + window) / perHour))];
      const startMs = originMs + (from + window) * memory.windowMs;
      return (usualOfWindow?.(counts, startMs, memory.windowMs) ?? counts).map(
        (count, column) => count * (ofHour?.[column] ?? 1),
      );
    });
  };
}

/** As `withoutAnnounced`, but the same memory as long as nothing else is announced, so that what was computed from it is known. */
function usualMemories(): typeof withoutAnnounced {
  const last = new WeakMap<
    SeriesMemory,
    { readonly announced: string; readonly ratios: AnnouncedRatios | undefined; readonly usual: SeriesMemory }
  >();
  return (memory, all, ratios) => {
    const announced = all.map(({ startMs, endMs }) => `${startMs}/${endMs}`).join();
    const known = last.get(memory);
    if (known?.announced === announced && known.ratios === ratios) return known.usual;
    const usual = withoutAnnounced(memory, all, ratios);
    last.set(memory, { announced, ratios, usual });
    return usual;
  };
}

/** What a correction forecasts, by the hour. */
export function hourlyForecast({ ratios, usual, factors }: Correction, origin: Origin): Forecast {
  const ofHours = factors(origin);
  const ofHour = usual?.(origin);
  return usualAhead(origin, ratios).map((medians, hour) => {
    const counts = ofHour?.(medians, origin.originMs + hour * hourMs, hourMs) ?? medians;
    return counts.map((count, column) => count * (ofHours[hour]?.[column] ?? 1));
  });
}

/** The examples of clean streams, in order. A stream without another one to stand in for its past has none in its first eight days. */
export function examplesOf({ streams, windowMs }: ForecastTraining): readonly Example[] {
  const aheadMs = hoursAhead * hourMs;
  return streams.flatMap((windows, stream) => {
    const memory = seriesMemory(windowMs, windows.length + (memoryDays * dayMs) / windowMs);
    const firstMs = windows[0]?.startMs ?? 0;
    const past = movedBefore(standIn(streams, stream, windowMs), windowMs, firstMs);
    for (const window of [...past, ...windows]) memory.push(window);
    const fromMs = firstMs + (past.length > 0 ? 0 : leastDays * dayMs);
    const endMs = firstMs + windows.length * windowMs;
    const examples: Example[] = [];
    for (let originMs = fromMs; originMs + aheadMs <= endMs; originMs += exampleStepMs) {
      const actual = Array.from(
        { length: hoursAhead },
        (_, hour) => countsOfHour(memory, originMs + hour * hourMs) ?? [],
      );
      examples.push({ stream, origin: originAt(memory, originMs), actual });
    }
    return examples;
  });
}

/** The part that an origin belongs to: one stream in three, or a third of the days of one or two streams. */
export function foldOf({ streams }: ForecastTraining, stream: number, originMs: number): number {
  if (streams.length >= folds) return stream % folds;
  const windows = streams[stream] ?? [];
  const [firstMs, lastMs] = [windows[0]?.startMs ?? 0, windows.at(-1)?.startMs ?? 0];
  const fromMs = streams.length > 1 ? firstMs : firstMs + leastDays * dayMs;
  return Math.min(folds - 1, Math.max(0, Math.floor((folds * (originMs - fromMs)) / Math.max(1, lastMs - fromMs))));
}

/** The examples of one part, and those of the others that do not overlap it. */
export function split(
  training: ForecastTraining,
  examples: readonly Example[],
  fold: number,
): { readonly taught: readonly Example[]; readonly held: readonly Example[] } {
  const isIn = ({ stream, origin }: Example, atMs = origin.originMs) => foldOf(training, stream, atMs) === fold;
  const aheadMs = hoursAhead * hourMs;
  return {
    held: examples.filter(example => isIn(example)),
    taught: examples.filter(
      example =>
        !isIn(example) &&
        !isIn(example, example.origin.originMs + aheadMs) &&
        (training.streams.length >= folds || !isIn(example, example.origin.originMs - aheadMs)),
    ),
  };
}

/**
 * Weighted absolute percentage errors of the first column over 48 hours, of the corrected forecast and of the medians: Σ |actual - forecast| /
 * Σ actual. Null without a message. Worked value: 8 and 12 messages, forecast as 10 each, are (2 + 2) / 20 = 0.2.
 */
export function heldOutErrors(
  held: readonly { readonly example: Example; readonly forecast: Forecast }[],
): Readonly<Record<string, number | null>> {
  let [actual, ofForecast, ofMedian] = [0, 0, 0];
  for (const { example, forecast } of held) {
    const medians = usualAhead({ ...example.origin, announced: [] }, undefined);
    for (const [hour, counts] of example.actual.entries()) {
      const count = counts[0] ?? 0;
      actual += count;
      ofForecast += Math.abs(count - (forecast[hour]?.[0] ?? 0));
      ofMedian += Math.abs(count - (medians[hour]?.[0] ?? 0));
    }
  }
  const share = (error: number) => (actual === 0 ? null : error / actual);
  return { heldOutDaysForecastError: share(ofForecast), heldOutDaysMedianError: share(ofMedian) };
}
