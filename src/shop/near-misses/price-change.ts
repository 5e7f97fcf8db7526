import { dayMs, hourMs } from '../../base/time.ts';
import { twoDecimals } from '../../base/two-decimals.ts';
import { between, chance, poisson } from '../engine/distributions.ts';
import type { RandomStream } from '../engine/random.ts';
import {
  type InterventionRequest,
  type NearMissKind,
  type Shop,
  type Trace,
  tallyOf,
} from '../interventions/intervention.ts';
import { campaignDurationMs, campaign as drawCampaign, runCampaign, wholeHours } from '../staff/marketing.ts';
import { setPrice } from '../staff/price-manager.ts';
import { inviteCrowd } from './crowd.ts';
import { chosenProducts } from './products.ts';

/** The rest of a product is sold off for days at a fraction of its price. */
export const clearance: NearMissKind = {
  id: 'clearance',
  title: 'Clearance sale',
  description: 'One to three products are sold off at 60-80 % off for a day or two',
  taxonomy: 'promotion',
  defaultDurationMs: { from: dayMs, to: 2 * dayMs },
  plan: (request, shop) => {
    const products = shop.world.stream(`near-miss/${request.id}/products`).integer(1, 3);
    return cheaper(request, shop, { products, low: 0.6, high: 0.8 });
  },
};

/** A price is cut to stay competitive, and stays there for a while. */
export const priceCut: NearMissKind = {
  id: 'price-cut',
  title: 'Price cut',
  description: 'One product becomes 25-45 % cheaper for some days',
  taxonomy: 'repricing',
  defaultDurationMs: { from: 2 * dayMs, to: 4 * dayMs },
  plan: (request, shop) => cheaper(request, shop, { products: 1, low: 0.25, high: 0.45 }),
};

/** An announced discount on a few products for some hours: prices fall, customers come for them, carts fill and many are left. */
export const flashSale: NearMissKind = {
  id: 'flash-sale',
  title: 'Flash sale',
  description: 'An announced discount of 20-50 % on a few products; customers come for it, and buy or do not',
  taxonomy: 'promotion',
  defaultDurationMs: { from: 2 * hourMs, to: 8 * hourMs },
  plan: (request, shop) => {
    const random = shop.world.stream(`near-miss/${request.id}`);
    const sale = cheaper(request, shop, { products: random.integer(2, 5), low: 0.2, high: 0.5, random });
    const { products } = sale.parameters;
    const crowd = poisson(random, between(random, 15, 45));
    return {
      ...sale,
      parameters: { ...sale.parameters, crowd },
      inject: trace => {
        sale.inject(trace);
        inviteCrowd(request, shop, trace, { crowd, conversionShare: 0.4 }, own => [
          { productId: products[own.integer(0, products.length - 1)] ?? '', quantity: own.integer(1, 3) },
        ]);
      },
    };
  },
};

/** A product costs next to nothing for some hours: customers come for one of it, and buy other things too. */
export const lossLeader: NearMissKind = {
  id: 'loss-leader',
  title: 'Loss leader',
  description:
    'One product costs a tenth or a cent for some hours; customers come for one of it, and buy other things too',
  taxonomy: 'promotion',
  defaultDurationMs: { from: 3 * hourMs, to: 8 * hourMs },
  plan: (request, shop) => {
    const random = shop.world.stream(`near-miss/${request.id}`);
    const [low, high] = chance(random, 0.6) ? [0.9995, 0.9999] : [0.85, 0.95];
    const offer = cheaper(request, shop, { products: 1, low, high, random });
    const { products } = offer.parameters;
    const crowd = poisson(random, between(random, 12, 36));
    return {
      ...offer,
      parameters: { ...offer.parameters, crowd },
      inject: trace => {
        offer.inject(trace);
        inviteCrowd(request, shop, trace, { crowd, conversionShare: 0.7 }, own => [
          ...products.map(productId => ({ productId, quantity: 1 })),
          ...Array.from({ length: own.integer(0, 3) }, () => ({
            productId: shop.assortment.choose(own).id,
            quantity: own.integer(1, 2),
          })),
        ]);
      },
    };
  },
};

/** One of the shop's campaigns, announced like the others, with reductions of some products. */
export const campaign: NearMissKind = {
  id: 'campaign',
  title: 'Announced campaign',
  description: 'Five products are 20-30 % cheaper for days; at first some 1.9 times the usual number of customers come',
  taxonomy: 'promotion',
  defaultDurationMs: campaignDurationMs,
  hours: wholeHours,
  plan: (request, shop) => {
    const random = shop.world.stream(`near-miss/${request.id}/demand`);
    const { id: name, startMs, endMs } = request;
    const planned = drawCampaign(random, { name, startMs, endMs, runStartMs: shop.world.nowMs() });
    const prices = cheaper(request, shop, { products: 5, low: 0.2, high: 0.3 });
    return {
      ...prices,
      parameters: { ...prices.parameters, peakFactor: twoDecimals(1 + planned.lift) },
      inject: trace => {
        prices.inject(trace);
        runCampaign(shop, planned, trace.act);
      },
    };
  },
};

/** What is reduced, and by which share: drawn between `low` and `high`. */
type Reduction = {
  readonly products: number;
  readonly low: number;
  readonly high: number;
  /** Default: the near miss's own stream from its beginning. */
  readonly random?: RandomStream;
};

function cheaper(request: InterventionRequest, shop: Shop, kind: Reduction) {
  const { world } = shop;
  const { random = world.stream(`near-miss/${request.id}`) } = kind;
  const products = chosenProducts(request, shop, { random, count: kind.products });
  const discount = between(random, kind.low, kind.high);
  return {
    target: products.join(' '),
    parameters: { products, discount: twoDecimals(discount) },
    inject: (trace: Trace) => {
      for (const productId of products) {
        const usual = shop.assortment.product(productId)?.price ?? 10;
        const change = (act: 'down' | 'back', price: number) =>
          trace.act(setPrice(world, { name: `${request.id}/${productId}/${act}`, productId, price }));
        world.at(request.startMs, () => change('down', usual * (1 - discount)));
        world.at(request.endMs, () => change('back', usual));
      }
    },
    outcome: (trace: Trace) => ({
      entities: products.map(id => ({ type: 'product' as const, id })),
      receipt: {
        priceChanges: tallyOf(trace, 'ProductPriceChanged').count,
        unitsReserved: tallyOf(trace, 'ProductReserved').units,
      },
    }),
  };
}
