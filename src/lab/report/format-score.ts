import { withDigits } from '../../base/words.ts';

/** Significant digits of a score that is far from its threshold, and the most that a double has. */
const usualDigits = 4;
const mostDigits = 17;
/** Enough for one alarm in a line of text. */
const digitsInTerminal = 3;

/** Significant digits, at least `fewest` (default 4), with which every score that differs from the threshold also looks different. */
export function digitsApart(threshold: number, scores: readonly number[], fewest = usualDigits): number {
  const others = scores.filter(score => score !== threshold);
  for (let digits = fewest; digits < mostDigits; digits += 1) {
    const shown = withDigits(threshold, digits);
    if (others.every(score => withDigits(score, digits) !== shown)) return digits;
  }
  return mostDigits;
}

/** "score 0.965 (threshold 0.57)" for one alarm; with more digits where three do not tell them apart: "score 0.99158 (threshold 0.99155)". */
export function formatScoreAbove({ score, threshold }: { readonly score: number; readonly threshold: number }): string {
  const digits = digitsApart(threshold, [score], digitsInTerminal);
  return `score ${withDigits(score, digits)} (threshold ${withDigits(threshold, digits)})`;
}
