import { minuteMs } from '../../../base/time.ts';
import type { Shopper } from '../../customers/shopper.ts';
import { between, chance, geometric, logNormal } from '../../engine/distributions.ts';
import type { RandomStream } from '../../engine/random.ts';
import { type AnomalyRequest, onsetShareAt } from '../../interventions/intervention.ts';
import { type Behaviour, sleep } from '../../world/process.ts';
import type { HoardingProfile } from './hoarding-profile.ts';

/** What one account is after. */
export type HoardPlan = Pick<AnomalyRequest, 'startMs' | 'endMs' | 'onset'> & {
  readonly profile: HoardingProfile;
  readonly goals: readonly { readonly id: string; readonly units: number }[];
  /** A product to buy one of, drawn again each time. */
  readonly decoy: (random: RandomStream) => string;
};

/**
 * Fills carts with the goal's products until the end, and buys none of it. Every cart is a visit of its own that begins with some browsing,
 * as an ordinary visit does: a hoarder differs in what is held, not in how a browser behaves.
 *
 * @param visit begins the next visit of the account
 */
export function* hoard(visit: () => Shopper, plan: HoardPlan): Behaviour {
  const { profile } = plan;
  let shopper = visit();
  const { world } = shopper;
  if (chance(shopper.random, profile.registersShare)) yield* shopper.register();
  while (world.nowMs() < plan.endMs) {
    if (chance(shopper.random, profile.decoyShare)) {
      yield* buyDecoy(shopper, plan);
      shopper = visit();
    }
    yield* shopper.browse(1 + geometric(shopper.random, 0.4));
    if (world.nowMs() >= plan.endMs) return;
    let added = false;
    // A shop that does not answer is tried again later.
    if (yield* shopper.openCart()) {
      yield* shopper.browse(1 + geometric(shopper.random, 0.5));
      added = yield* fill(shopper, plan);
      while (profile.persistence === 'renew' && added && world.nowMs() < plan.endMs) added = yield* fill(shopper, plan);
    }
    // Comes back when the hold has expired, or when other customers may have released units.
    const { from, to } = added ? profile.restMinutes : { from: 4, to: 12 };
    yield* sleep(between(shopper.random, from, to) * minuteMs);
    shopper = visit();
  }
}

/** Buys one thing that the account is not after. */
function* buyDecoy(shopper: Shopper, { decoy }: HoardPlan): Behaviour {
  yield* shopper.browse(1 + geometric(shopper.random, 0.4));
  if (!(yield* shopper.openCart())) return;
  if ((yield* shopper.add(decoy(shopper.random), 1)) !== 'held') return;
  if (shopper.customer.account !== 'active' && !(yield* shopper.register())) return;
  yield* shopper.checkOut();
}

/** One round over the goals; true if anything was added or is still held. */
function* fill(shopper: Shopper, { goals, profile, ...span }: HoardPlan): Behaviour<boolean> {
  const { random, world } = shopper;
  for (const { id, units } of goals) {
    const goal = Math.max(1, Math.round(units * onsetShareAt(world.nowMs(), span)));
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
