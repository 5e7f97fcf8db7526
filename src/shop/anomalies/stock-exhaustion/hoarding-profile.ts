import type { Intensity } from '../../../data/dataset/anomaly-facts.ts';
import { between } from '../../engine/distributions.ts';
import type { RandomStream } from '../../engine/random.ts';

/** How a hoarder goes about it. */
export type HoardingProfile = {
  readonly accounts: number;
  readonly products: number;
  /** Share of the full shelf that all accounts together try to hold. */
  readonly stockShare: number;
  /** Most units put into the cart at once. */
  readonly lotUnits: number;
  /** Mean time between two additions [s]. */
  readonly pauseSeconds: number;
  /** `renew`: keeps adding before the hold expires. `return`: lets it expire and takes the units again. */
  readonly persistence: 'renew' | 'return';
  /** Probability that an account registers. */
  readonly registersShare: number;
};

/**
 * Draws the manner from ranges around the variant's; airline "seat spinners" hold again at expiry (detection of them starts
 * from re-holds), vendors report holds of 10-20 minutes.
 */
export function hoardingProfileOf(variant: string, intensity: Intensity, random: RandomStream): HoardingProfile {
  const around = (value: number) => value * between(random, 0.7, 1.4);
  const atLeastOne = (value: number) => Math.max(1, Math.round(around(value)));
  const level = { blatant: 2, moderate: 1, subtle: 0 }[intensity];
  const at = (subtle: number, moderate: number, blatant: number) => [subtle, moderate, blatant][level] ?? moderate;
  switch (variant) {
    case 'slow-hoarder':
      return {
        accounts: 1,
        products: at(1, 2, 3),
        stockShare: Math.min(1, around(at(0.3, 0.6, 1))),
        lotUnits: atLeastOne(at(1.4, 2.5, 5)),
        // Of one product; short enough that the hold of each is renewed in time.
        pauseSeconds: Math.min(600, around(at(520, 400, 240))) / at(1, 2, 3),
        persistence: 'renew',
        registersShare: 0.5,
      };
    case 'account-ring':
      return {
        accounts: Math.max(3, Math.round(around(at(4, 7, 12)))),
        products: at(1, 1, 2),
        stockShare: Math.min(1, around(at(0.35, 0.7, 1))),
        lotUnits: atLeastOne(at(2, 3, 5)),
        pauseSeconds: around(at(90, 60, 30)),
        persistence: 'return',
        registersShare: 0.8,
      };
    default:
      return {
        accounts: 1,
        products: at(1, 2, 3),
        stockShare: Math.min(1, around(at(0.3, 0.65, 1))),
        lotUnits: atLeastOne(at(3, 7, 20)),
        pauseSeconds: around(at(45, 25, 8)),
        persistence: 'return',
        registersShare: 0.5,
      };
  }
}
