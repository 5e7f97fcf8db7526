import { z } from 'zod';
import { hourMs, type Span } from '../../../base/time.ts';
import type { SeriesMemory } from '../../features/series-memory.ts';
import type { Forecast } from './forecasters.ts';
import { hoursAhead, type Origin, positionIn } from './origin.ts';
import { rowSchema } from './series-parameters.ts';

/** The time of what is announced is divided into so many parts; each has a ratio. */
export const parts = 10;

/** By column: how much more than usual is counted in each part of what was announced. */
export type AnnouncedRatios = readonly (readonly number[])[];

/** `AnnouncedRatios` in a model file. */
export const announcedRatiosSchema = z.array(rowSchema(parts));

/** Factors of the hours ahead, `[hours × columns]`. */
export function announcedAhead({ originMs, announced }: Origin, ratios: AnnouncedRatios): Forecast {
  return Array.from({ length: hoursAhead }, (_, hour) => ratiosAt(announced, originMs + hour * hourMs, ratios));
}

/** A memory as if nothing had been announced: counts divided by the ratios; without ratios, windows for which something was announced are left out. */
export function withoutAnnounced(
  memory: SeriesMemory,
  announced: readonly Span[],
  ratios: AnnouncedRatios | undefined,
): SeriesMemory {
  if (announced.length === 0) return memory;
  return {
    ...memory,
    at(startMs) {
      const counts = memory.at(startMs);
      if (counts === undefined || positionIn(announced, startMs) === undefined) return counts;
      const factors = ratios === undefined ? undefined : ratiosAt(announced, startMs, ratios);
      return factors && counts.map((count, column) => count / (factors[column] ?? 1));
    },
  };
}

/** The factors in an hour, one a column; 1 where nothing was announced. */
export function ratiosAt(announced: readonly Span[], hourStartMs: number, ratios: AnnouncedRatios): readonly number[] {
  const position = positionIn(announced, hourStartMs);
  return ratios.map(ofColumn => (position === undefined ? 1 : (ofColumn[partOf(position.share)] ?? 1)));
}

/** The part of what is announced that a share of its time lies in. */
export function partOf(share: number): number {
  return Math.min(parts - 1, Math.floor(share * parts));
}
