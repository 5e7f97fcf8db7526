import { z } from 'zod';
import { hourMs } from '../../../base/time.ts';
import type { Announced } from '../../features/feature-set.ts';
import type { Example } from './correction.ts';
import { fittedForecast } from './fitted-forecast.ts';
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

/** As `announcedRatiosSchema` reads them. */
export function announcedRatios(examples: readonly Example[], columns: readonly string[]): string[] {
  return columns.map((_, column) => {
    const counted = new Array<number>(parts).fill(prior);
    const expected = new Array<number>(parts).fill(prior);
    for (const { origin, base, actual } of examples)
      for (const [hour, counts] of actual.entries()) {
        const position = positionIn(origin.announced, origin.originMs + hour * hourMs);
        if (position === undefined) continue;
        const part = partOf(position.share);
        counted[part] = (counted[part] ?? 0) + (counts[column] ?? 0);
        expected[part] = (expected[part] ?? 0) + (base[hour]?.[column] ?? 0);
      }
    return toRow(counted.map((count, part) => count / (expected[part] ?? 1)));
  });
}

/** An example for which what was announced is usual. */
export function knowingAnnouncedIn(example: Example, ratios: AnnouncedRatios): Example {
  const factors = curveFactors(example.origin, ratios);
  return {
    ...example,
    origin: knowingAnnounced(example.origin, ratios),
    base: example.base.map((counts, hour) => counts.map((count, column) => count * (factors[hour]?.[column] ?? 1))),
  };
}

/** The forecast by median, times how much more is counted in the same part of what was announced. */
export const campaignCurve = fittedForecast('campaign-curve.json', {
  schema: announcedRatiosSchema,
  learn: announcedRatios,
  correction: ratios => origin => curveFactors(origin, ratios),
});

/** Factors of the hours ahead, `[hours × columns]`. */
export function curveFactors({ originMs, announced }: Origin, ratios: AnnouncedRatios): readonly (readonly number[])[] {
  return Array.from({ length: hoursAhead }, (_, hour) => ratiosAt(announced, originMs + hour * hourMs, ratios));
}

/** The origin as if what was announced were usual. */
export function knowingAnnounced(origin: Origin, ratios: AnnouncedRatios): Origin {
  return {
    ...origin,
    past: origin.past.map(hour => {
      const factors = ratiosAt(origin.announced, hour.startMs, ratios);
      return { ...hour, usual: hour.usual.map((count, column) => count * (factors[column] ?? 1)) };
    }),
  };
}

function ratiosAt(announced: readonly Announced[], hourStartMs: number, ratios: AnnouncedRatios): readonly number[] {
  const position = positionIn(announced, hourStartMs);
  return ratios.map(ofColumn => (position === undefined ? 1 : (ofColumn[partOf(position.share)] ?? 1)));
}

function partOf(share: number): number {
  return Math.min(parts - 1, Math.floor(share * parts));
}
