import { z } from 'zod';
import { hourMs } from '../../../base/time.ts';
import type { Announced } from '../../features/feature-set.ts';
import type { SeriesMemory } from '../../features/series-memory.ts';
import { type Forecast, seasonalMedian } from './forecasters.ts';
import { hoursAhead, type Origin, positionIn } from './origin.ts';
import { rowSchema, toRow } from './series-parameters.ts';

/** The time of what is announced is divided into so many parts; each has a ratio. */
const parts = 10;
/** Messages that a ratio of 1 is taken for granted with. */
const prior = 20;

/** By column: how much more than usual is counted in each part of what was announced. */
export type AnnouncedRatios = readonly (readonly number[])[];

/** `AnnouncedRatios` in a model file. */
export const announcedRatiosSchema = z.array(rowSchema(parts));

/**
 * Learns the ratios; what is usual are the medians of hours for which nothing was announced.
 *
 * @returns as `announcedRatiosSchema` reads them
 */
export function announcedRatios(
  examples: readonly { readonly origin: Origin; readonly actual: Forecast }[],
  columns: readonly string[],
): string[] {
  const counted = columns.map(() => new Array<number>(parts).fill(prior));
  const expected = columns.map(() => new Array<number>(parts).fill(prior));
  for (const { origin, actual } of examples) {
    const base = usualAhead(origin, undefined);
    for (const [hour, counts] of actual.entries()) {
      const position = positionIn(origin.announced, origin.originMs + hour * hourMs);
      if (position === undefined) continue;
      const part = partOf(position.share);
      for (const column of columns.keys()) {
        const [own, usual] = [counted[column] ?? [], expected[column] ?? []];
        own[part] = (own[part] ?? 0) + (counts[column] ?? 0);
        usual[part] = (usual[part] ?? 0) + (base[hour]?.[column] ?? 0);
      }
    }
  }
  return counted.map((own, column) => toRow(own.map((count, part) => count / (expected[column]?.[part] ?? 1))));
}

/** Factors of the hours ahead, `[hours × columns]`. */
export function announcedAhead({ originMs, announced }: Origin, ratios: AnnouncedRatios): Forecast {
  return Array.from({ length: hoursAhead }, (_, hour) => ratiosAt(announced, originMs + hour * hourMs, ratios));
}

/** The medians of the hours ahead, as if nothing had been announced. */
export function usualAhead({ hours, announced, originMs }: Origin, ratios: AnnouncedRatios | undefined): Forecast {
  return seasonalMedian(withoutAnnounced(hours, announced, ratios), originMs, hoursAhead);
}

/** A memory as if nothing had been announced: counts divided by the ratios; without ratios, windows for which something was announced are left out. */
export function withoutAnnounced(
  memory: SeriesMemory,
  announced: readonly Announced[],
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
export function ratiosAt(
  announced: readonly Announced[],
  hourStartMs: number,
  ratios: AnnouncedRatios,
): readonly number[] {
  const position = positionIn(announced, hourStartMs);
  return ratios.map(ofColumn => (position === undefined ? 1 : (ofColumn[partOf(position.share)] ?? 1)));
}

function partOf(share: number): number {
  return Math.min(parts - 1, Math.floor(share * parts));
}
