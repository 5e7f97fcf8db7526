import { hourMs } from '../../base/time.ts';
import { between, pick } from '../engine/distributions.ts';
import type { RandomStream } from '../engine/random.ts';
import {
  type Intervention,
  type InterventionRequest,
  type NearMissKind,
  type Shop,
  tallyOf,
} from '../interventions/intervention.ts';
import { inviteCrowd } from './crowd.ts';

/** A product that becomes popular while its supplier is late: it sells out because customers buy it. */
export const sellOut: NearMissKind = {
  id: 'sell-out',
  title: 'Ordinary sell-out',
  description: 'Many customers come for one product and buy it until it is gone, while its supplier is late',
  taxonomy: 'stock-out by demand',
  defaultDurationMs: { from: 4 * hourMs, to: 12 * hourMs },
  plan,
};

function plan(request: InterventionRequest, shop: Shop): Intervention {
  const { world } = shop;
  const random = world.stream(`near-miss/${request.id}`);
  const [productId = ''] = request.target === 'random' ? [scarceProduct(shop, random)] : [request.target].flat();
  const crowd = Math.round(between(random, 1.3, 1.8) * (shop.assortment.product(productId)?.fullStock ?? 10));
  return {
    target: productId,
    parameters: { product: productId, crowd },
    inject: trace => {
      world.at(request.startMs, () => shop.stockKeeper.holdBack(productId, request.endMs));
      inviteCrowd(request, shop, trace, { crowd, conversionShare: 0.6 }, own => [
        { productId, quantity: own.integer(1, 2) },
      ]);
    },
    outcome: trace => ({
      entities: [{ type: 'product', id: productId }],
      receipt: {
        unitsReserved: tallyOf(trace, 'ProductReserved').units,
        timesSoldOut: tallyOf(trace, 'ProductOutOfStock').count,
        refused: tallyOf(trace, 'ReservationRejected').count,
      },
    }),
  };
}

/** A product with so little stock that a crowd of ordinary size can buy all of it. */
function scarceProduct(shop: Shop, random: RandomStream): string {
  const { products } = shop.assortment;
  const scarce = products.filter(({ fullStock }) => fullStock >= 15 && fullStock <= 40);
  return pick(random, scarce.length > 0 ? scarce : products).id;
}
