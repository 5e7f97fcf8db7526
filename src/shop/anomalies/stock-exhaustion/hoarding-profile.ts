import type { Intensity } from '../../../data/dataset/anomaly-facts.ts';
import { between } from '../../engine/distributions.ts';
import type { RandomStream } from '../../engine/random.ts';

/** How much a hoarder holds, and how. */
export type HoardingProfile = {
  readonly accounts: number;
  readonly products: number;
  /** Share of the full shelf that all accounts together try to hold. */
  readonly stockShare: number;
  /** Most units put into the cart at once. */
  readonly lotUnits: number;
  /** Median time between two additions [s]. */
  readonly pauseSeconds: number;
  /** `renew`: keeps adding before the hold expires. `return`: lets it expire and takes the units again. */
  readonly persistence: 'renew' | 'return';
  /** After a round the account comes back within these minutes; unused with `renew`. */
  readonly restMinutes: { readonly from: number; readonly to: number };
  /** Probability that an account registers. */
  readonly registersShare: number;
  /** Probability that a visit begins with the purchase of one other thing, so that the account has a paid order. */
  readonly decoyShare: number;
};

/**
 * Draws the profile from ranges around the variant's values. Airline "seat spinners" hold again at expiry, and their detection starts
 * from such repeated holds. Vendors report holds of 10-20 minutes.
 */
export function hoardingProfileOf(variant: string, intensity: Intensity, random: RandomStream): HoardingProfile {
  const around = (value: number) => value * between(random, 0.7, 1.4);
  const at = <Value>(subtle: Value, moderate: Value, blatant: Value) => ({ subtle, moderate, blatant })[intensity];
  const isRing = variant === 'account-ring';
  const usual = usualOf(variant, at);
  return {
    accounts: isRing ? Math.max(3, Math.round(around(at(5, 7, 12)))) : 1,
    products: usual.products,
    stockShare: Math.min(1, around(usual.stockShare)),
    lotUnits: Math.max(1, Math.round(around(usual.lotUnits))),
    pauseSeconds: around(usual.pauseSeconds),
    persistence: variant === 'slow-hoarder' ? 'renew' : 'return',
    restMinutes: at({ from: 18, to: 38 }, { from: 13, to: 20 }, { from: 13, to: 18 }),
    registersShare: isRing ? 0.8 : 0.5,
    decoyShare: usual.decoyShare,
  };
}

/** The values of a variant. @param at selects one by the intensity: subtle, moderate or blatant */
function usualOf(variant: string, at: (subtle: number, moderate: number, blatant: number) => number) {
  switch (variant) {
    case 'slow-hoarder':
      return {
        products: at(2, 2, 3),
        stockShare: at(0.2, 0.6, 1),
        lotUnits: at(5, 2, 3),
        // If subtle, each product is taken again at the pace of a customer who cannot decide.
        pauseSeconds: at(525, 80, 40),
        decoyShare: at(0.5, 0.2, 0),
      };
    case 'account-ring':
      return {
        products: at(1, 1, 2),
        stockShare: at(0.19, 0.7, 1),
        lotUnits: at(2, 3, 5),
        pauseSeconds: at(90, 60, 30),
        decoyShare: at(0.15, 0.05, 0),
      };
    default:
      return {
        products: at(1, 2, 3),
        stockShare: at(0.19, 0.65, 1),
        lotUnits: at(12, 7, 20),
        pauseSeconds: at(45, 25, 8),
        decoyShare: at(0.15, 0.05, 0),
      };
  }
}
