import type { Intensity } from '../../data/dataset/anomaly-facts.ts';

/** How strong an anomaly is asked to be. */
export type Strong = {
  readonly intensity: Intensity;
  /**
   * Of an anomaly of the whole shop: z, in place of the range of its intensity. Of others: a factor on the size that its intensity has, which is the
   * units that hoarders want to hold, or the people who exploit a price. Left out: as the intensity says.
   */
  readonly strength?: number | undefined;
};

/** The factor on the size of an anomaly of users or products. */
export function sizeFactor({ strength = 1 }: Strong): number {
  return strength;
}
