/** Scores that reach this many times the threshold are shown on a logarithmic scale. */
const wideScores = 8;

/** What is below this share of the threshold looks the same on a logarithmic scale. */
export const lowestShare = 0.1;

/** Whether scores need a logarithmic scale. */
export function isWide(highest: number, threshold: number): boolean {
  return threshold > 0 && highest > wideScores * threshold;
}
