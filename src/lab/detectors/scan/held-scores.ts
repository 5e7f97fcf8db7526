import type { ScoredUnit } from '../detector.ts';

/** A held score loses this share each window, so that no two are the same and a tail can be fitted to them. */
const fadingShare = 0.001;

/**
 * Holds a score for some windows: each is the highest of the last ones, a thousandth less for each window since, with that one's evidence. What lasts
 * for hours crosses a threshold several times, and would be several alarms.
 */
export function heldScores(windows: number): (scored: ScoredUnit) => ScoredUnit {
  let last: readonly ScoredUnit[] = [];
  return scored => {
    last = [...last, scored].slice(-1 - windows);
    const newest = last.length - 1;
    const faded = last.map((one, index) => ({ ...one, score: one.score * (1 - fadingShare) ** (newest - index) }));
    const { score, explain } = faded.reduce((best, one) => (one.score > best.score ? one : best));
    return { unit: scored.unit, score, explain };
  };
}
