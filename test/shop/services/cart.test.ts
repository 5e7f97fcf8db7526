import { describe, expect, it } from 'vitest';
import type { Cart } from '../../../src/shop/services/cart/cart.ts';
import { cart, cartIdleMs } from '../../../src/shop/services/cart/service.ts';
import { a, specification, start } from './specification.ts';

const { given, reactsTo } = specification<Cart>(cart);

const cartId = 'c1';
const userId = 'u1';
const productId = 'p1';
const line = { cartId, userId, productId };

const created = a('CartCreated', { cartId, userId });
const add = (quantity: number) => a('AddProductToCart', { ...line, quantity });
const added = (quantity: number, minutes = 0) => a('ProductAddedToCart', { ...line, quantity }, { minutes });
const update = (quantity: number, price = 20) => a('UpdateCartLine', { ...line, quantity, price });
const updated = (quantity: number, price = 20) => a('CartLineUpdated', { ...line, quantity, price });
const remove = (reason: string, quantity?: number) =>
  a('RemoveProductFromCart', { ...line, reason, ...(quantity === undefined ? {} : { quantity }) });
const removed = (reason: string, quantity: number) => a('ProductRemovedFromCart', { ...line, quantity, reason });
const rejected = (reason: string) => a('CartChangeRejected', { ...line, reason });
const abandon = (minutes: number) => a('AbandonCart', { cartId, userId, changedAt: start + minutes * 60_000 });

describe('cart: lines', () => {
  it('is created once', () => {
    given().when(a('CreateCart', { cartId, userId })).then(created);
    given(created).when(a('CreateCart', { cartId, userId })).thenNothing();
  });

  it('takes products, more than once', () => {
    given(created).when(add(2)).then(added(2));
    given(created, added(2)).when(add(3)).then(added(3));
    expect(given(created, added(2), added(3)).state()?.lines).toEqual([
      { productId, quantity: 5, held: 0, price: undefined },
    ]);
  });

  it.each([0, -2, 1.5])('refuses %s units', quantity => {
    given(created).when(add(quantity)).then(rejected('bad-quantity'));
  });

  it('confirms quantity and price of a line, bit by bit', () => {
    given(created, added(2)).when(update(2)).then(updated(2));
    given(created, added(2), added(3), updated(2)).when(update(3, 18)).then(updated(5, 18));
  });

  it('never confirms more than the line wants', () => {
    given(created, added(2), updated(2)).when(update(2)).then(updated(2));
  });

  it('does not bring a line back by a late confirmation', () => {
    given(created, added(2), removed('customer', 2)).when(update(2)).thenNothing();
    given().when(update(2)).thenNothing();
  });

  it('lets a customer take out a whole line', () => {
    given(created, added(2), updated(2), added(1)).when(remove('customer')).then(removed('customer', 3));
    given(created).when(remove('customer')).then(rejected('no-such-line'));
  });

  it('loses only what the warehouse could not hold', () => {
    const history = [created, added(2), updated(2), added(3)];
    given(...history)
      .when(remove('out-of-stock', 3))
      .then(removed('out-of-stock', 3));
    expect(given(...history, removed('out-of-stock', 3)).state()?.lines).toEqual([
      { productId, quantity: 2, held: 2, price: 20 },
    ]);
    given(...history, removed('out-of-stock', 3))
      .when(remove('out-of-stock', 3))
      .thenNothing();
  });

  it('loses what has expired, and keeps what is still to be confirmed', () => {
    const history = [created, added(2), updated(2), added(3)];
    given(...history)
      .when(remove('expired', 2))
      .then(removed('expired', 2));
    expect(given(...history, removed('expired', 2)).state()?.lines).toEqual([
      { productId, quantity: 3, held: 0, price: 20 },
    ]);
  });

  it('does not answer late refusals', () => {
    given().when(remove('expired', 2)).thenNothing();
    given(created).when(remove('out-of-stock', 2)).thenNothing();
  });
});

describe('cart: the end', () => {
  const lines = [{ productId, quantity: 2, price: 20 }];

  it('is emptied by its customer and stays', () => {
    const clear = a('ClearCart', { cartId, userId, reason: 'customer' });
    const cleared = a('CartCleared', { cartId, userId, lines, reason: 'customer' });
    given(created, added(2), updated(2)).when(clear).then(cleared);
    given(created)
      .when(clear)
      .then(a('CartCleared', { cartId, userId, lines: [], reason: 'customer' }));
    given(created, added(2), updated(2), cleared).when(add(1)).then(added(1));
  });

  it('is gone once checked out', () => {
    const clear = a('ClearCart', { cartId, userId, reason: 'checked-out' });
    const cleared = a('CartCleared', { cartId, userId, lines, reason: 'checked-out' });
    given(created, added(2), updated(2)).when(clear).then(cleared);
    expect(given(created, added(2), updated(2), cleared).state()).toBeUndefined();
    given().when(clear).thenNothing();
  });

  it('is abandoned with what is left in it, confirmed or not', () => {
    given(created, added(2))
      .when(abandon(0))
      .then(a('CartAbandoned', { cartId, userId, lines: [{ productId, quantity: 2 }] }));
    given(created, added(2), updated(2), removed('expired', 2))
      .when(abandon(0))
      .then(a('CartAbandoned', { cartId, userId, lines: [] }));
    expect(given(created, a('CartAbandoned', { cartId, userId, lines: [] })).state()).toBeUndefined();
  });

  it('is not abandoned by a timer older than the last change', () => {
    given(created, added(2, 30)).when(abandon(0)).thenNothing();
    given(created, added(2, 30))
      .when(abandon(30))
      .then(a('CartAbandoned', { cartId, userId, lines: [{ productId, quantity: 2 }] }));
    given().when(abandon(0)).thenNothing();
  });

  it('refuses a customer whose cart is gone', () => {
    given().when(add(1)).then(rejected('no-such-cart'));
    given().when(remove('customer')).then(rejected('no-such-cart'));
    given()
      .when(a('ClearCart', { cartId, userId, reason: 'customer' }))
      .then(a('CartChangeRejected', { cartId, userId, reason: 'no-such-cart' }));
  });
});

describe('cart: reactions', () => {
  it('sets the timer of abandonment at each change', () => {
    reactsTo(created).by({ type: 'AbandonCart', subject: cartId, dueMs: start + cartIdleMs });
    reactsTo(added(1, 5)).by({ type: 'AbandonCart', subject: cartId, dueMs: start + 5 * 60_000 + cartIdleMs });
  });

  it('follows the warehouse', () => {
    const answering = (type: string, data: object) =>
      reactsTo(a(type, { productId, userId, cartId, quantity: 2, remaining: 3, ...data }));
    answering('ProductReserved', { price: 20, expiresAt: start }).by({ type: 'UpdateCartLine', subject: cartId });
    const removal = { type: 'RemoveProductFromCart', subject: cartId };
    answering('ReservationRejected', { reason: 'out-of-stock' }).by(removal);
    answering('ProductReservationReleased', { reason: 'expired' }).by(removal);
    answering('ProductReservationReleased', { reason: 'released' }).by();
  });

  it('ends with its order', () => {
    const order = { orderId: 'o1', userId, cartId, lines: [{ productId, quantity: 2, price: 20 }], total: 40 };
    reactsTo(a('OrderCreated', order)).by({ type: 'ClearCart', subject: cartId });
  });
});
