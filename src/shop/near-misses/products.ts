import { pick } from '../engine/distributions.ts';
import type { RandomStream } from '../engine/random.ts';
import type { InterventionRequest, Shop } from '../interventions/intervention.ts';

/** The products asked for; if left to chance, up to `count` of the more popular ones. */
export function chosenProducts(
  request: InterventionRequest,
  shop: Shop,
  draw: { readonly random: RandomStream; readonly count: number },
): readonly string[] {
  if (request.target !== 'random') return [request.target].flat();
  const { products } = shop.assortment;
  const popular = products.slice(0, Math.max(1, Math.ceil(products.length * 0.5)));
  return [...new Set(Array.from({ length: draw.count }, () => pick(draw.random, popular).id))];
}
