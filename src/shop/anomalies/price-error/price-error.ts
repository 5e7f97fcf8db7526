import { hourMs, minuteMs } from '../../../base/time.ts';
import { twoDecimals } from '../../../base/two-decimals.ts';
import { between, chance, pick, poisson } from '../../engine/distributions.ts';
import type { RandomStream } from '../../engine/random.ts';
import {
  type AnomalyKind,
  type AnomalyRequest,
  type Intervention,
  type Shop,
  type Trace,
  tallyOf,
} from '../../interventions/intervention.ts';
import { setPrice } from '../../staff/price-manager.ts';

/** A far too low price is entered. The word spreads, and people buy until it is corrected. */
export const priceError: AnomalyKind = {
  id: 'price-error',
  subject: 'entity',
  entityType: 'product',
  title: 'Price error',
  description: 'A product gets a wrong, far too low price, and people take advantage of it until it is corrected',
  taxonomy: 'pricing error exploited',
  variants: {
    'lost-decimal': 'the decimal point slips: a tenth of the price',
    'zero-price': 'the price is a cent or two',
    'wrong-discount': 'a discount is entered by mistake',
  },
  // RepricerExpress 2014: one hour, hours more to put right; Appeagle 2012: 15 minutes to a couple of hours.
  defaultDurationMs: { from: hourMs, to: 5 * hourMs },
  plan: planPriceError,
};

/**
 * People who come for the price, what each takes, and the share that takes something else too; one seller had 220 orders in an hour,
 * others a handful.
 *
 * @public docs/anomalies/price-error.md shows them
 */
export const exploiters = {
  subtle: { mean: 13, units: 3, othersShare: 0.45 },
  moderate: { mean: 18, units: 3, othersShare: 0.2 },
  blatant: { mean: 45, units: 3, othersShare: 0.1 },
} as const;

function planPriceError(request: AnomalyRequest, shop: Shop): Intervention {
  const { world } = shop;
  const random = world.stream(`anomaly/${request.id}`);
  const [productId = ''] = request.target === 'random' ? [popularProduct(shop, random)] : [request.target].flat();
  const price = shop.assortment.product(productId)?.price ?? 10;
  const wrongPrice = Math.max(0.01, twoDecimals(price * priceFactor(request, random)));
  const { mean, units } = exploiters[request.intensity];
  const { strength } = request;
  const count = Math.max(strength === undefined ? 5 : 1, poisson(random, mean * (strength ?? 1)));
  return {
    target: productId,
    parameters: { product: productId, price, wrongPrice, exploiters: count, unitsEach: units },
    inject: trace => {
      for (const step of priceSteps(request, { price, wrongPrice })) {
        world.at(step.atMs, () =>
          trace.act(setPrice(world, { name: `${request.id}/price/${step.number}`, productId, price: step.price })),
        );
      }
      const fault = { request, shop, trace, productId };
      keepWrong(fault, wrongPrice);
      world.at(request.endMs, () => trace.act(setPrice(world, { name: `${request.id}/corrected`, productId, price })));
      for (let index = 0; index < count; index += 1) exploit(fault, `${request.id}/visit/${index}`);
    },
    outcome: trace => outcomeOf(trace, { request, productId }),
  };
}

/** A wrong price under way. */
type Fault = {
  readonly request: AnomalyRequest;
  readonly shop: Shop;
  readonly trace: Trace;
  readonly productId: string;
};

/** An ordinary price change during the fault does not correct its cause: the faulty feed enters the wrong price again within minutes. */
function keepWrong({ request, shop, trace, productId }: Fault, wrongPrice: number): void {
  const { world } = shop;
  let again = 0;
  const interval = { fromMs: request.startMs, untilMs: request.endMs - 5 * minuteMs };
  world.watch({ name: `anomaly/${request.id}`, types: ['ProductPriceChanged'], ...interval }, event => {
    const { price, productId: changed } = event.data;
    const usual = shop.assortment.product(productId)?.price ?? 0;
    if (changed !== productId || typeof price !== 'number' || price < 0.85 * usual) return;
    again += 1;
    const name = `${request.id}/again/${again}`;
    world.at(world.nowMs() + between(world.stream(`anomaly/${name}`), minuteMs, 4 * minuteMs), () =>
      trace.act(setPrice(world, { name, productId, price: wrongPrice })),
    );
  });
}

/** One visit because of the price. The word spreads within minutes (RepricerExpress 2014), and such visits end when the price is right again. */
function exploit({ request, shop, trace, productId }: Fault, name: string): void {
  const { units, othersShare } = exploiters[request.intensity];
  const random = shop.world.stream(`anomaly/${name}`);
  const share = between(random, 0.02, 0.86);
  const quantity = Math.max(1, poisson(random, units));
  const others = chance(random, othersShare) ? [{ productId: shop.assortment.choose(random).id, quantity: 1 }] : [];
  shop.world.at(request.startMs + share * (request.endMs - request.startMs), () => {
    const offer = shop.world.shelf.product(productId);
    if (offer === undefined || offer.price >= 0.8 * offer.usualPrice) return;
    const basket = [{ productId, quantity, lure: offer.priceEventId }, ...others];
    shop.visitors.extraVisit(name, { by: 'anybody', basket, conversionShare: 0.92 }, trace.act);
  });
}

function priceFactor({ variant, intensity }: AnomalyRequest, random: RandomStream): number {
  if (variant === 'lost-decimal') return 0.1;
  if (variant === 'zero-price') return 0.0004;
  const discount = { subtle: 0.61, moderate: 0.8, blatant: 0.9 }[intensity];
  return 1 - discount * between(random, 0.96, 1.04);
}

/** At once, or in four steps over the first third. */
function priceSteps(
  request: AnomalyRequest,
  { price, wrongPrice }: { readonly price: number; readonly wrongPrice: number },
) {
  const steps = request.onset === 'step' ? 1 : 4;
  return Array.from({ length: steps }, (_, index) => ({
    number: index,
    atMs: request.startMs + (index * (request.endMs - request.startMs)) / (3 * steps),
    price: price - ((price - wrongPrice) * (index + 1)) / steps,
  }));
}

function popularProduct(shop: Shop, random: RandomStream): string {
  const worthwhile = shop.assortment.products.filter(product => product.price >= 8 && product.fullStock >= 60);
  return pick(random, worthwhile.length > 0 ? worthwhile : shop.assortment.products).id;
}

function outcomeOf(
  trace: Trace,
  { request, productId }: { readonly request: AnomalyRequest; readonly productId: string },
) {
  const changes = tallyOf(trace, 'ProductPriceChanged');
  const reserved = tallyOf(trace, 'ProductReserved');
  const orders = tallyOf(trace, 'OrderCreated');
  const noTrace =
    changes.count === 0
      ? `the price of ${productId} did not change`
      : `no unit of ${productId} was reserved at the wrong price`;
  return {
    entities: [
      { type: 'product' as const, id: productId },
      ...[...trace.users].map(id => ({ type: 'user' as const, id })),
    ],
    effectStartMs: Math.min(reserved.firstMs, request.endMs),
    effectEndMs: Math.max(request.endMs, orders.lastMs, reserved.lastMs),
    receipt: {
      priceChanges: changes.count,
      unitsReserved: reserved.units,
      orders: orders.count,
      customers: trace.users.size,
      unitsSold: tallyOf(trace, 'ReservationsMaterialized').units,
    },
    ...(changes.count === 0 || reserved.units === 0 ? { noTrace } : {}),
  };
}
