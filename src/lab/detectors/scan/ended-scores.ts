import { hourMs } from '../../../base/time.ts';

/** A score is compared with the highest one of so many hours. */
const lookedBackMs = 6 * hourMs;
/** Below this share of it, what raised the score is over. */
const stillShare = 0.95;
/** The share of a score that counts then. */
const endedShare = 0.5;

/**
 * Lowers the scores after something unusual has ended: spans that contain it stay unusual for hours. While it lasts, the score stays near its highest
 * value, and counts in full.
 */
export function endedScores(windowMs: number): (score: number) => number {
  let last: readonly number[] = [];
  return score => {
    last = [...last, score].slice(-1 - lookedBackMs / windowMs);
    return score < stillShare * Math.max(...last) ? endedShare * score : score;
  };
}
