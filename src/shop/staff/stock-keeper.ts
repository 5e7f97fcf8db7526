import { dayMs, hourMs } from '../../base/time.ts';
import type { Message } from '../../broker/message.ts';
import type { Assortment, Product } from '../customers/assortment.ts';
import { between } from '../engine/distributions.ts';
import type { World } from '../world/world.ts';
import { orderWarehouse } from './staff.ts';

/** A morning delivery comes when less than this share of the full shelf is left. */
const reorderShare = 0.45;
/** Hours from "sold out" to an extra delivery. */
const extraDeliveryHours = { min: 5, max: 16 } as const;

const stockEvents = [
  'ProductAddedToWarehouse',
  'ProductRestocked',
  'ProductReserved',
  'ProductReservationReleased',
  'ProductReturned',
  'ProductOutOfStock',
] as const;

/** Keeps the shelves full: deliveries in the morning, and extra ones after a product sold out. */
export class StockKeeper {
  readonly #world: World;
  readonly #assortment: Assortment;
  readonly #remaining = new Map<string, number>();
  /** Products for which a delivery is on its way. */
  readonly #awaited = new Set<string>();
  readonly #deliveries = new Map<string, number>();
  readonly #heldBack = new Map<string, number>();

  constructor(world: World, assortment: Assortment) {
    this.#world = world;
    this.#assortment = assortment;
  }

  /** Works from `fromMs`, the beginning of a day, on. */
  start(fromMs: number, untilMs: number): void {
    this.#world.watch({ name: 'staff/stock-keeper', types: stockEvents }, event => this.#note(event));
    for (const product of this.#assortment.products) this.#morning(product, fromMs + dayMs, untilMs);
  }

  /** Units on hand as last published. */
  remaining(productId: string): number {
    return this.#remaining.get(productId) ?? 0;
  }

  /** Lets no delivery of a product come before `untilMs`: a supplier is late. */
  holdBack(productId: string, untilMs: number): void {
    this.#heldBack.set(productId, untilMs);
  }

  #note(event: Message): void {
    const { productId, remaining } = event.data;
    if (typeof productId !== 'string') return;
    if (typeof remaining === 'number') this.#remaining.set(productId, remaining);
    if (event.type === 'ProductOutOfStock' && !this.#awaited.has(productId)) this.#orderExtra(productId, event);
  }

  #orderExtra(productId: string, cause: Message): void {
    const product = this.#assortment.product(productId);
    if (product === undefined) return;
    const name = this.#nextDelivery(productId);
    const hours = between(this.#world.stream(name), extraDeliveryHours.min, extraDeliveryHours.max);
    this.#deliver(product, { name, atMs: this.#world.nowMs() + hours * hourMs, cause });
  }

  /** Each product's delivery comes at its own minute between six and eight, drawn day by day. */
  #morning(product: Product, dayStartMs: number, untilMs: number): void {
    if (dayStartMs >= untilMs) return;
    const name = `staff/morning/${product.id}/${Math.floor(dayStartMs / dayMs)}`;
    const atMs = dayStartMs + between(this.#world.stream(name), 6, 8) * hourMs;
    this.#world.at(atMs, () => {
      const low = this.remaining(product.id) < reorderShare * product.fullStock;
      if (low && !this.#awaited.has(product.id))
        this.#deliver(product, { name: this.#nextDelivery(product.id), atMs: this.#world.nowMs() });
      this.#morning(product, dayStartMs + dayMs, untilMs);
    });
  }

  #deliver(
    product: Product,
    { name, atMs, cause }: { readonly name: string; readonly atMs: number; readonly cause?: Message | undefined },
  ): void {
    this.#awaited.add(product.id);
    this.#world.at(Math.max(atMs, this.#heldBack.get(product.id) ?? 0), () => {
      this.#awaited.delete(product.id);
      const quantity = product.fullStock - this.remaining(product.id);
      if (quantity <= 0) return;
      orderWarehouse(
        this.#world,
        { name, productId: product.id, cause },
        { type: 'RestockProduct', data: { quantity } },
      );
    });
  }

  #nextDelivery(productId: string): string {
    const number = (this.#deliveries.get(productId) ?? 0) + 1;
    this.#deliveries.set(productId, number);
    return `staff/delivery/${productId}/${number}`;
  }
}
