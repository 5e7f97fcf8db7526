import { hourMs } from '../../../base/time.ts';
import { partOf, parts } from './announced-ratios.ts';
import type { Example } from './correction.ts';
import type { Forecast } from './forecasters.ts';
import { type Origin, positionIn } from './origin.ts';
import { toRow } from './series-parameters.ts';
import { usualAhead } from './usual-hours.ts';

/** Messages that a ratio of 1 is taken for granted with. */
const prior = 20;

/** The same origins are learnt from in several folds. */
const usualOf = new WeakMap<Origin, Forecast>();

/**
 * Learns the ratios; what is usual are the medians of hours for which nothing was announced.
 *
 * @returns as `announcedRatiosSchema` reads them
 */
export function announcedRatios(
  examples: readonly Pick<Example, 'origin' | 'actual'>[],
  columns: readonly string[],
): string[] {
  const counted = columns.map(() => new Array<number>(parts).fill(prior));
  const expected = columns.map(() => new Array<number>(parts).fill(prior));
  for (const { origin, actual } of examples) {
    const base = usualOf.get(origin) ?? usualAhead(origin, undefined);
    usualOf.set(origin, base);
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
