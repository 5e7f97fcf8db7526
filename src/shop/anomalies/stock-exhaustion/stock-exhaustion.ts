import { hourMs } from '../../../base/time.ts';
import type { Product } from '../../customers/assortment.ts';
import { makeVisits } from '../../customers/make-visits.ts';
import { between, pick } from '../../engine/distributions.ts';
import type { RandomStream } from '../../engine/random.ts';
import {
  type AnomalyKind,
  type AnomalyRequest,
  type Intervention,
  type Outcome,
  type Shop,
  type Trace,
  tallyOf,
} from '../../interventions/intervention.ts';
import { hoard } from './hoard.ts';
import { type HoardingProfile, hoardingProfileOf } from './hoarding-profile.ts';

/** Hoarders fill carts until a product is gone from the shelf, and do not buy it (OWASP OAT-021, denial of inventory). */
export const stockExhaustion: AnomalyKind = {
  id: 'stock-exhaustion',
  subject: 'entity',
  entityType: 'user',
  title: 'Stock exhaustion',
  description: 'One or more accounts pile products into carts until the warehouse has none left, and do not buy',
  taxonomy: 'OWASP OAT-021 denial of inventory',
  variants: {
    'fast-hoarder': 'one account takes large lots at once and takes them again when the hold expires',
    'slow-hoarder': 'one account adds a few units every few minutes, so that the hold never expires',
    'account-ring': 'several accounts hold as much as ordinary customers do, and take it again on expiry',
  },
  defaultDurationMs: { from: 3 * hourMs, to: 9 * hourMs },
  plan: planHoarding,
};

function planHoarding(request: AnomalyRequest, shop: Shop): Intervention {
  const random = shop.world.stream(`anomaly/${request.id}`);
  const profile = sized(hoardingProfileOf(request.variant, request.intensity, random), request);
  const products = targets(request, shop, { random, count: profile.products });
  const accounts = Array.from({ length: profile.accounts }, (_, index) =>
    shop.visitors.newcomer(`${request.id}/account/${index}`),
  );
  const decoy = (from: RandomStream) => {
    const { id } = shop.assortment.choose(from);
    return products.includes(id)
      ? (shop.assortment.products.find(other => !products.includes(other.id))?.id ?? id)
      : id;
  };
  return {
    target: products.join(' '),
    parameters: { ...profile, products },
    inject: trace => {
      accounts.forEach((customer, index) => {
        const name = `${request.id}/${index}`;
        const beginMs =
          request.startMs + (index === 0 ? 0 : between(random, 0, 0.25) * (request.endMs - request.startMs));
        shop.world.at(beginMs, () => {
          const goals = products.map(id => ({ id, units: unitGoal(shop.assortment.product(id), profile) }));
          makeVisits(name, { world: shop.world, customer, onAct: trace.act }, visit =>
            hoard(visit, { ...request, profile, goals, decoy }),
          );
        });
      });
    },
    outcome: trace => outcomeOf(trace, { products, accounts: accounts.map(account => account.userId) }),
  };
}

function sized(profile: HoardingProfile, { strength = 1 }: AnomalyRequest): HoardingProfile {
  return { ...profile, stockShare: Math.min(1, profile.stockShare * strength) };
}

/** Units that one account tries to hold of a product. */
function unitGoal(product: Product | undefined, profile: HoardingProfile): number {
  return Math.max(1, Math.round(((product?.fullStock ?? 10) * profile.stockShare) / profile.accounts));
}

/** The products asked for, or some that are in demand and have enough stock to hoard. */
function targets(
  request: AnomalyRequest,
  shop: Shop,
  draw: { readonly random: RandomStream; readonly count: number },
): readonly string[] {
  if (request.target !== 'random') return [request.target].flat();
  const worthwhile = shop.assortment.products.filter(product => product.fullStock >= 20 && product.fullStock <= 120);
  const candidates = worthwhile.length > 0 ? worthwhile : shop.assortment.products;
  const chosen = new Set<string>();
  for (let tries = 0; chosen.size < draw.count && tries < 20; tries += 1) chosen.add(pick(draw.random, candidates).id);
  return [...chosen];
}

function outcomeOf(
  trace: Trace,
  { products, accounts }: { readonly products: readonly string[]; readonly accounts: readonly string[] },
): Outcome {
  const reserved = tallyOf(trace, 'ProductReserved');
  const released = tallyOf(trace, 'ProductReservationReleased');
  const soldOut = tallyOf(trace, 'ProductOutOfStock');
  const receipt = {
    reservations: reserved.count,
    unitsReserved: reserved.units,
    unitsReleased: released.units,
    timesSoldOut: soldOut.count,
    reservationsRefused: tallyOf(trace, 'ReservationRejected').count,
  };
  return {
    entities: [
      ...accounts.map(id => ({ type: 'user' as const, id })),
      ...products.map(id => ({ type: 'product' as const, id })),
    ],
    effectStartMs: reserved.firstMs,
    effectEndMs: Math.max(reserved.lastMs, released.lastMs),
    receipt,
    ...(reserved.units === 0 ? { noTrace: `no unit of ${products.join(', ')} was reserved by its accounts` } : {}),
  };
}
