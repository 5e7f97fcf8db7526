import { inThousands } from '../../base/words.ts';

/** Significant digits of a score that is far from its threshold, and the most that a double has. */
const usualDigits = 4;
const mostDigits = 17;
/** Enough for one alarm in a line of text. */
const digitsInTerminal = 3;

/** Significant digits, at least `fewest` (default 4), with which every score that differs from the threshold also looks different. */
export function digitsApart(threshold: number, scores: readonly number[], fewest = usualDigits): number {
  const others = scores.filter(score => score !== threshold);
  for (let digits = fewest; digits < mostDigits; digits += 1) {
    const shown = formatScore(threshold, digits);
    if (others.every(score => formatScore(score, digits) !== shown)) return digits;
  }
  return mostDigits;
}

/** "score 0.965 (threshold 0.57)" for one alarm; with more digits where three do not tell them apart: "score 0.99158 (threshold 0.99155)". */
export function formatScoreAbove({ score, threshold }: { readonly score: number; readonly threshold: number }): string {
  const digits = digitsApart(threshold, [score], digitsInTerminal);
  return `score ${formatScore(score, digits)} (threshold ${formatScore(threshold, digits)})`;
}

/** A score with so many significant digits at most: formatScore(0.99155, 4) is "0.9916". */
export function formatScore(score: number, digits: number): string {
  return String(Number(score.toPrecision(digits)));
}

/** An estimated amount of things, for people: whole from 10 on, else two significant digits; 3746.9 is "3,747", 5.43 is "5.4". */
export function formatAmount(amount: number): string {
  return Math.abs(amount) < 10 ? formatScore(amount, 2) : inThousands(Math.round(amount));
}
