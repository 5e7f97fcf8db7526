import { dayMs, hourMs } from '../../base/time.ts';
import { twoDecimals } from '../../base/two-decimals.ts';
import type { Assortment, Product } from '../customers/assortment.ts';
import { between, chance, exponential } from '../engine/distributions.ts';
import type { World } from '../world/world.ts';
import { orderWarehouse } from './staff.ts';

/** Mean days between two price changes of one product. */
const daysBetweenChanges = 16;

/**
 * Changes prices as shops do: small steps around the opening price, and now and then a reduction of 20-60 % for one to four days.
 * In UCI Online Retail 1.5 % of lines are below half of their product's median price: a fall of the price alone is no anomaly.
 */
export function managePrices(
  world: World,
  assortment: Assortment,
  run: { readonly fromMs: number; readonly untilMs: number },
): void {
  for (const product of assortment.products) nextChange(world, product, { ...run, number: 1 });
}

function nextChange(
  world: World,
  product: Product,
  run: { readonly fromMs: number; readonly untilMs: number; readonly number: number },
): void {
  const name = `staff/price/${product.id}/${run.number}`;
  const random = world.stream(name);
  const changeMs = Math.round(run.fromMs + exponential(random, daysBetweenChanges * dayMs));
  if (changeMs >= run.untilMs) return;
  const reduced = chance(random, 0.12);
  const factor = reduced ? between(random, 0.4, 0.8) : between(random, 0.88, 1.12);
  const backMs = reduced ? changeMs + Math.round(between(random, 24, 96) * hourMs) : changeMs;
  world.at(changeMs, () => {
    setPrice(world, { name, productId: product.id, price: product.price * factor });
    if (reduced)
      world.at(backMs, () => setPrice(world, { name: `${name}/back`, productId: product.id, price: product.price }));
    nextChange(world, product, { ...run, fromMs: backMs + hourMs, number: run.number + 1 });
  });
}

/** Enters a price as staff do, in whole cents, one at least. Near misses and anomalies enter prices in the same way. */
export function setPrice(
  world: World,
  { name, productId, price }: { readonly name: string; readonly productId: string; readonly price: number },
) {
  const data = { price: Math.max(0.01, twoDecimals(price)) };
  return orderWarehouse(world, { name, productId }, { type: 'ChangeProductPrice', data });
}
