import { dayMs, hourMs } from '../../features/series-calendar.ts';
import type { Scorer } from '../detector.ts';

/**
 * What a stream's beginning is not judged by: a shop that has just opened fills its shelves at once and has no parcels on the way,
 * and nobody knows its level yet.
 */
export const warmUpMs = dayMs;
export const warmUpHours = warmUpMs / hourMs;

/** Reads all units and scores those that begin a day or more after the first. */
export function afterWarmUp(scorer: Scorer): Scorer {
  let firstMs: number | undefined;
  return {
    score(unit) {
      firstMs ??= unit.startMs;
      const scored = scorer.score(unit);
      return unit.startMs - firstMs < warmUpMs ? [] : scored;
    },
    finish: scorer.finish,
  };
}
