import type { Intensity } from '../../data/dataset/anomaly-facts.ts';

/** How strong an anomaly is asked to be. */
export type Strong = {
  readonly intensity: Intensity;
  /**
   * In place of the intensity, if given. For volume anomalies it is z. For the others 1 is subtle, 2 moderate and 3 blatant, and what is below, between or
   * above has figures below, between or above theirs.
   */
  readonly strength?: number | undefined;
};

/**
 * A figure that depends on how strong an anomaly is: that of its intensity, or for a strength the geometric interpolation. Example: steps of
 * 2, 4 and 12 give 1 for the strength 0, 2.83 for 1.5 and 6.93 for 2.5.
 */
export function onLadder({ intensity, strength }: Strong, steps: Readonly<Record<Intensity, number>>): number {
  if (strength === undefined) return steps[intensity];
  const [from, low, high] = strength < 2 ? [1, steps.subtle, steps.moderate] : [2, steps.moderate, steps.blatant];
  return low * Math.exp((strength - from) * Math.log(high / low));
}
