import { minuteMs } from '../../../base/time.ts';
import type { Shopper } from '../../customers/shopper.ts';
import { between, chance, geometric, logNormal } from '../../engine/distributions.ts';
import { type AnomalyRequest, strengthAt } from '../../interventions/intervention.ts';
import { type Behaviour, sleep } from '../../world/process.ts';
import type { HoardingProfile } from './hoarding-profile.ts';

/** What one account is after. */
export type HoardPlan = Pick<AnomalyRequest, 'startMs' | 'endMs' | 'onset'> & {
  readonly profile: HoardingProfile;
  readonly goals: readonly { readonly id: string; readonly units: number }[];
};

/**
 * Fills carts with the goal's products until the end, never buying. Every cart is a visit of its own, looked around in first, as
 * anybody's is: what gives a hoarder away is what is held, not how a browser behaves.
 *
 * @param visit begins the next visit of the account
 */
export function* hoard(visit: () => Shopper, plan: HoardPlan): Behaviour {
  const { profile } = plan;
  let shopper = visit();
  const { world } = shopper;
  if (chance(shopper.random, profile.registersShare)) yield* shopper.register();
  while (world.nowMs() < plan.endMs) {
    yield* shopper.browse(1 + geometric(shopper.random, 0.4));
    if (world.nowMs() >= plan.endMs) return;
    let added = false;
    // A shop that does not answer is tried again later.
    if (yield* shopper.openCart()) {
      yield* shopper.browse(1 + geometric(shopper.random, 0.5));
      added = yield* fill(shopper, plan);
      while (profile.persistence === 'renew' && added && world.nowMs() < plan.endMs) added = yield* fill(shopper, plan);
    }
    // Back when the hold has expired, or when somebody may have put units back on the shelf.
    yield* sleep((added ? between(shopper.random, 13, 18) : between(shopper.random, 4, 12)) * minuteMs);
    shopper = visit();
  }
}

/** One round over the goals; true if anything was added or is still held. */
function* fill(shopper: Shopper, { goals, profile, ...span }: HoardPlan): Behaviour<boolean> {
  const { random, world } = shopper;
  for (const { id, units } of goals) {
    const goal = Math.max(1, Math.round(units * strengthAt(world.nowMs(), span)));
    let lot = profile.lotUnits;
    do {
      if (world.nowMs() >= span.endMs) return shopper.cart.size > 0;
      const held = shopper.cart.get(id)?.quantity ?? 0;
      // Each addition renews the hold of the whole line; with the goal reached it may expire, to begin again.
      const outcome = held < goal ? yield* shopper.add(id, Math.min(lot, goal - held)) : 'held';
      if (outcome === 'no-answer') return false;
      if (outcome === 'refused') lot = Math.floor(lot / 2);
      yield* sleep(1000 * logNormal(random, profile.pauseSeconds, 0.6));
    } while (lot >= 1 && profile.persistence === 'return' && (shopper.cart.get(id)?.quantity ?? 0) < goal);
  }
  return shopper.cart.size > 0;
}
