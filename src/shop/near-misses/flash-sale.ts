import { hourMs } from '../../base/time.ts';
import { between, poisson } from '../engine/distributions.ts';
import {
  type Intervention,
  type InterventionRequest,
  type NearMissKind,
  type Shop,
  tallyOf,
} from '../interventions/intervention.ts';
import { cents, setPrice } from '../staff/price-manager.ts';
import { chosenProducts } from './products.ts';

/** An announced discount on a few products for some hours: prices fall, customers come for them, carts fill and many are left. */
export const flashSale: NearMissKind = {
  id: 'flash-sale',
  title: 'Flash sale',
  description: 'An announced discount of 20-50 % on a few products; customers come for it, and buy or do not',
  taxonomy: 'promotion',
  defaultDurationMs: { from: 2 * hourMs, to: 8 * hourMs },
  plan,
};

function plan(request: InterventionRequest, shop: Shop): Intervention {
  const { world } = shop;
  const random = world.stream(`near-miss/${request.id}`);
  const products = chosenProducts(request, shop, { random, count: random.integer(2, 5) });
  const discount = between(random, 0.2, 0.5);
  const crowd = poisson(random, between(random, 15, 45));
  return {
    startMs: request.startMs,
    target: products.join(' '),
    variant: 'flash-sale',
    parameters: { products, discount: cents(discount), crowd },
    inject: trace => {
      for (const productId of products) {
        const price = shop.assortment.product(productId)?.price ?? 10;
        const name = `${request.id}/${productId}`;
        world.at(request.startMs, () =>
          trace.act(setPrice(world, { name: `${name}/down`, productId, price: cents(price * (1 - discount)) })),
        );
        world.at(request.endMs, () => trace.act(setPrice(world, { name: `${name}/back`, productId, price })));
      }
      for (let index = 0; index < crowd; index += 1) {
        const name = `${request.id}/visit/${index}`;
        const own = world.stream(`near-miss/${name}`);
        const productId = products[own.integer(0, products.length - 1)] ?? '';
        const basket = [{ productId, quantity: own.integer(1, 3) }];
        world.at(between(own, request.startMs, request.endMs), () =>
          shop.visitors.extraVisit(name, { basket, conversionShare: 0.4 }, trace.act),
        );
      }
    },
    outcome: trace => {
      const sold = tallyOf(trace, ['ProductReserved']);
      return {
        entities: products.map(id => ({ type: 'product', id })),
        endMs: request.endMs,
        effectStartMs: request.startMs,
        effectEndMs: request.endMs,
        receipt: { priceChanges: tallyOf(trace, ['ProductPriceChanged']).count, unitsReserved: sold.units },
      };
    },
  };
}
