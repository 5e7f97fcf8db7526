import { hourMs, minuteMs } from '../../base/time.ts';
import { twoDecimals } from '../../base/two-decimals.ts';
import { makeVisits } from '../customers/make-visits.ts';
import type { Shopper } from '../customers/shopper.ts';
import { between } from '../engine/distributions.ts';
import {
  type Intervention,
  type InterventionRequest,
  type NearMissKind,
  type Shop,
  tallyOf,
} from '../interventions/intervention.ts';
import { type Behaviour, sleep } from '../world/process.ts';
import { chosenProducts } from './products.ts';

/** A customer who takes many units of some products, thinks it over, comes back, and pays. */
export const bulkBuyer: NearMissKind = {
  id: 'bulk-buyer',
  title: 'Bulk buyer',
  description:
    'A customer reserves large quantities of some products, more than once if it takes long to decide, and pays for them',
  taxonomy: 'wholesale order',
  defaultDurationMs: { from: hourMs, to: 3 * hourMs },
  plan,
};

function plan(request: InterventionRequest, shop: Shop): Intervention {
  const { world } = shop;
  const random = world.stream(`near-miss/${request.id}`);
  const products = chosenProducts(request, shop, { random, count: random.integer(1, 4) });
  const stockShare = between(random, 0.2, 0.8);
  const rounds = random.integer(0, 3);
  const customer = shop.visitors.newcomer(`${request.id}/customer`);
  return {
    target: customer.userId,
    parameters: { products, stockShare: twoDecimals(stockShare), hesitations: rounds },
    inject: trace => {
      world.at(request.startMs, () => {
        const wanted = products.map(id => ({
          id,
          units: Math.max(2, Math.round(stockShare * (shop.assortment.product(id)?.fullStock ?? 10))),
        }));
        makeVisits(request.id, { world, customer, onAct: trace.act }, visit => buyInBulk(visit, { wanted, rounds }));
      });
    },
    outcome: trace => {
      const paid = tallyOf(trace, 'OrderPaid');
      const reserved = tallyOf(trace, 'ProductReserved');
      return {
        entities: [{ type: 'user', id: customer.userId }, ...products.map(id => ({ type: 'product' as const, id }))],
        effectEndMs: Math.max(request.endMs, paid.lastMs),
        receipt: { unitsReserved: reserved.units, orders: paid.count },
      };
    },
  };
}

function* buyInBulk(
  visit: () => Shopper,
  plan: {
    readonly wanted: readonly { readonly id: string; readonly units: number }[];
    readonly rounds: number;
  },
): Behaviour {
  let shopper = visit();
  yield* shopper.register();
  for (let round = 0; round <= plan.rounds; round += 1) {
    yield* shopper.browse(2);
    if (!(yield* shopper.openCart())) return;
    for (const { id, units } of plan.wanted) {
      yield* shopper.browse(2);
      let lot = units;
      while (lot >= 1 && (yield* shopper.add(id, lot)) === 'refused') {
        lot = Math.floor(lot / 2);
        yield* shopper.browse(1);
      }
    }
    if (round === plan.rounds) break;
    // Asks for approval. The hold may expire in that time.
    yield* sleep(between(shopper.random, 10, 30) * minuteMs);
    shopper = visit();
  }
  yield* shopper.browse(1);
  yield* shopper.checkOut();
}
