import type { Assortment } from '../customers/assortment.ts';
import type { World } from '../world/world.ts';
import { orderWarehouse } from './staff.ts';

/** Time between two products that are put on the shelf at the opening [ms]. */
const stepMs = 2_000;

/** Puts every product on the shelf, one after the other from `fromMs`. */
export function stockShelves(world: World, assortment: Assortment, fromMs: number): void {
  assortment.products.forEach((product, index) => {
    world.at(fromMs + (index + 1) * stepMs, () => {
      const { id: productId, name, category, price, fullStock: quantity } = product;
      orderWarehouse(
        world,
        { name: `opening/${productId}`, productId },
        { type: 'AddProduct', data: { name, category, price, quantity } },
      );
    });
  });
}
