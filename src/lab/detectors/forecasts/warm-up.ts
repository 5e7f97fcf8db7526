import { dayMs } from '../../../base/time.ts';
import type { Detector, Scorer } from '../detector.ts';

/**
 * The beginning of a stream, which is not scored: a shop that has just opened fills its shelves at once and has no parcels on the way,
 * and its level is not known yet.
 */
const warmUpMs = dayMs;

/** Reads all units and scores those that begin a day or more after the first. */
export function afterWarmUp(scorer: Scorer): Scorer {
  let firstMs: number | undefined;
  return {
    score(unit) {
      firstMs ??= unit.startMs;
      const scored = scorer.score(unit);
      return unit.startMs - firstMs < warmUpMs ? [] : scored;
    },
  };
}

/** The same detector, scoring after the warm-up. */
export function withWarmUp(detector: Detector): Detector {
  return { ...detector, load: async trained => afterWarmUp(await detector.load(trained)) };
}
