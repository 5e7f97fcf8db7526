import { hourMs, minuteMs } from '../../base/time.ts';
import { between, chance, geometric, logNormal } from '../engine/distributions.ts';
import type { RandomStream } from '../engine/random.ts';
import { type Behaviour, sleep } from '../world/process.ts';
import type { Assortment } from './assortment.ts';
import type { Shopper } from './shopper.ts';

/** What ordinary customers are like. */
export type Habits = {
  readonly assortment: Assortment;
  /** Share of visits with a filled cart that end in an order. */
  readonly conversionShare: number;
};

/** Something to put into the cart; `lure` is the id of the event that made the customer want it. */
export type Wanted = { readonly productId: string; readonly quantity: number; readonly lure?: string | undefined };

/** How a visit differs from an ordinary one. */
export type VisitPlan = {
  /** What the customer comes for; drawn by popularity if left out. */
  readonly basket?: readonly Wanted[];
  /** Overrides the habit. */
  readonly conversionShare?: number;
};

/** An ordinary visit: look around, fill a cart, change one's mind, buy or leave, perhaps cancel later. */
export function* visit(shopper: Shopper, habits: Habits, plan: VisitPlan): Behaviour {
  const { random, customer } = shopper;
  const buys = chance(random, plan.conversionShare ?? habits.conversionShare);
  const basket = plan.basket ?? wantedThings(shopper, habits.assortment);
  if (customer.account === 'none' ? chance(random, 0.15) : customer.account === 'registered') {
    yield* shopper.register();
    // Some come for the account alone, for a newsletter or a voucher.
    if (chance(random, 0.25)) return;
  }
  if (customer.account === 'active' && chance(random, 0.06)) yield* errand(shopper);

  yield* shopper.browse(1 + geometric(random, 0.15));
  if (!(yield* shopper.openCart())) return;
  const bought = yield* fillCart(shopper, basket);
  if (!bought) return;
  yield* changeMind(shopper);
  if (!buys) {
    customer.wish = [...shopper.cart.keys()][0];
    return;
  }
  yield* shopper.browse(1 + geometric(random, 0.4));
  if (customer.account !== 'active' && !(yield* shopper.register())) return;
  const orderId = yield* shopper.checkOut();
  customer.wish = undefined;
  // UCI Online Retail: 14.8 % of invoices are cancelled; some of ours are by declined payments.
  if (orderId !== undefined && chance(random, 0.11)) {
    yield* sleep(logNormal(random, 2.5 * hourMs, 1));
    yield* shopper.cancel(orderId);
  }
}

/** Puts the things into the cart, one after the other. False if the shop stopped answering and the customer left. */
function* fillCart(shopper: Shopper, basket: readonly Wanted[]): Behaviour<boolean> {
  for (const { productId, quantity, lure } of basket) {
    yield* shopper.browse(1 + geometric(shopper.random, 0.3));
    const outcome = yield* shopper.add(productId, quantity, lure);
    if (outcome === 'no-answer') return false;
    // A customer who wanted several may take one instead.
    if (outcome === 'refused' && quantity > 1 && chance(shopper.random, 0.5)) {
      yield* sleep(between(shopper.random, 4_000, 20_000));
      if ((yield* shopper.add(productId, 1)) === 'no-answer') return false;
    }
  }
  return true;
}

/** Takes one thing out again, or everything; or is called away and finds on return that the hold has expired. */
function* changeMind(shopper: Shopper): Behaviour {
  const { random, cart } = shopper;
  const mood = random.uniform();
  const [first] = cart.keys();
  if (mood < 0.03) {
    yield* sleep(between(random, 8, 40) * minuteMs);
    if (chance(random, 0.5)) yield* shopper.clear();
  } else if (mood < 0.055) {
    yield* dither(shopper);
  } else if (first !== undefined && mood < 0.135) {
    yield* sleep(between(random, 5_000, 60_000));
    yield* shopper.remove(first);
  } else if (mood < 0.17) {
    yield* sleep(between(random, 5_000, 60_000));
    yield* shopper.clear();
  }
}

/** Cannot decide: lets the hold expire, or nearly, and puts the same things into the cart again, for up to some hours. */
function* dither(shopper: Shopper): Behaviour {
  const { random, cart } = shopper;
  // Small quantities only: a customer who holds wholesale quantities again and again looks exactly like a hoarder.
  const wanted = [...cart].map(([productId, { quantity }]) => ({ productId, quantity: Math.min(quantity, 3) }));
  for (let rounds = 1 + geometric(random, 0.3); rounds > 0; rounds -= 1) {
    yield* sleep(between(random, 9, 35) * minuteMs);
    for (const { productId, quantity } of wanted) {
      if (cart.has(productId) && chance(random, 0.6)) continue;
      if ((yield* shopper.add(productId, cart.has(productId) ? 1 : quantity)) === 'no-answer') return;
    }
  }
}

function* errand(shopper: Shopper): Behaviour {
  const kind = shopper.random.uniform();
  if (kind < 0.6) yield* shopper.updateDetails();
  else if (kind < 0.92) yield* shopper.changePassword();
  else yield* shopper.removeAccount();
}

/** 1 + geometric lines (mean 2.2), drawn by popularity; returning customers may come for what they left behind. */
function wantedThings(shopper: Shopper, assortment: Assortment): readonly Wanted[] {
  const { random, customer, world } = shopper;
  const basket: Wanted[] = [];
  for (let lines = 1 + geometric(random, 0.45); lines > 0; lines -= 1) {
    basket.push({ productId: assortment.choose(random).id, quantity: lineQuantity(random) });
  }
  const wish = chance(random, 0.4) ? customer.wish : undefined;
  if (wish !== undefined) basket.unshift({ productId: wish, quantity: 1 });
  for (const deal of world.shelf.deals()) {
    // Each deal has a stream of its own: one more deal moves no draw about the others.
    const attraction = world.stream(`visit/${shopper.name}/deal/${deal.id}`);
    const discount = 1 - deal.price / deal.usualPrice;
    if (chance(attraction, 0.01 + 0.08 * discount)) {
      const eager = 1 + geometric(attraction, 1 - 0.6 * discount);
      basket.push({ productId: deal.id, quantity: eager, lure: deal.priceEventId });
    }
  }
  return basket;
}

/**
 * Units of one line: mostly one, sometimes a few, and 1.2 % wholesale lines around 14. Benign bulk buyers exist: in UCI Online
 * Retail the 99th percentile of a line is 100 units, in consumer shops far less.
 */
function lineQuantity(random: RandomStream): number {
  const kind = random.uniform();
  if (kind < 0.8) return 1;
  if (kind < 0.988) return 2 + geometric(random, 0.5);
  return Math.max(4, Math.round(logNormal(random, 14, 0.6)));
}
