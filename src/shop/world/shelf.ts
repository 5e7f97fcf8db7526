import type { Message } from '../../broker/message.ts';

/** A product as a customer sees it. */
export type ShelfProduct = {
  readonly id: string;
  /** Currency units, as last published. */
  readonly price: number;
  /** The price that the shop opened with, which customers consider the usual one. */
  readonly usualPrice: number;
  /** The id of the event that set the price: what a customer lured by it reacts to. */
  readonly priceEventId: string;
};

/** The only events that change what customers see. */
export const shelfEvents = ['ProductAddedToWarehouse', 'ProductPriceChanged'] as const;

/** The products on show with their current prices, kept from warehouse events. */
export class Shelf {
  readonly #products = new Map<string, ShelfProduct>();
  readonly #deals = new Map<string, ShelfProduct>();

  product(id: string): ShelfProduct | undefined {
    return this.#products.get(id);
  }

  /** Products at four fifths of their usual price or less. */
  deals(): Iterable<ShelfProduct> {
    return this.#deals.values();
  }

  /** Takes one of `shelfEvents`. */
  receive(event: Message): void {
    const { productId, price } = event.data;
    if (typeof productId !== 'string' || typeof price !== 'number') return;
    const usualPrice = this.#products.get(productId)?.usualPrice ?? price;
    const product = { id: productId, price, usualPrice, priceEventId: event.id };
    this.#products.set(productId, product);
    if (product.price <= 0.8 * product.usualPrice) this.#deals.set(productId, product);
    else this.#deals.delete(productId);
  }
}
