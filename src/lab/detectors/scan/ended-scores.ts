import { hourMs } from '../../../base/time.ts';

/** A score is compared with the highest one of so many hours. */
const lookedBackMs = 6 * hourMs;
/** Below this share of it, what raised the score is over. */
const stillShare = 0.95;
/** What counts of a score then. */
const endedShare = 0.5;

/**
 * Lowers the scores after something unusual has ended: spans that hold it are unusual for hours longer. What goes on keeps its score near the highest one.
 */
export function endedScores(windowMs: number): (score: number) => number {
  let last: readonly number[] = [];
  return score => {
    last = [...last, score].slice(-1 - lookedBackMs / windowMs);
    return score < stillShare * Math.max(...last) ? endedShare * score : score;
  };
}
