import { describe, expect, it } from 'vitest';
import { type MutableProduct, reservationHoldMs, returnableMs } from '../../../src/shop/services/warehouse/product.ts';
import { warehouse } from '../../../src/shop/services/warehouse/service.ts';
import { a, specification, start } from './specification.ts';

const { given, reactsTo } = specification<MutableProduct>(warehouse);

const productId = 'p1';
const userId = 'u1';
const cartId = 'c1';
const orderId = 'o1';
const holdMinutes = reservationHoldMs / 60_000;

const added = (quantity = 10) =>
  a('ProductAddedToWarehouse', { productId, name: 'Lamp', category: 'home', price: 20, quantity, remaining: quantity });
const reserve = (quantity: number, minutes = 0) =>
  a('ReserveProduct', { productId, userId, cartId, quantity }, { minutes });
const reserved = (quantity: number, remaining: number, minutes = 0, price = 20) =>
  a(
    'ProductReserved',
    { productId, userId, cartId, quantity, price, remaining, expiresAt: start + minutes * 60_000 + reservationHoldMs },
    { minutes },
  );
const release = (reason: string, expiresAt?: number) =>
  a('ReleaseReservation', { productId, userId, cartId, reason, ...(expiresAt === undefined ? {} : { expiresAt }) });
const released = (quantity: number, remaining: number, reason: string) =>
  a('ProductReservationReleased', { productId, userId, cartId, quantity, remaining, reason });
const materialize = (quantity: number) =>
  a('MaterializeReservations', { productId, orderId, userId, cartId, quantity });
const materialized = (quantity: number, remaining: number, price = 20) =>
  a('ReservationsMaterialized', { productId, orderId, userId, cartId, quantity, price, remaining });
const lost = (quantity: number, reason = 'hold-lost') =>
  a('MaterializationRejected', { productId, orderId, userId, cartId, quantity, reason });
const takeBack = (quantity: number) => a('ReturnProduct', { productId, orderId, userId, cartId, quantity });
const returned = (quantity: number, remaining: number) =>
  a('ProductReturned', { productId, orderId, userId, quantity, remaining });

describe('warehouse: products', () => {
  const product = { productId, name: 'Lamp', category: 'home', price: 20, quantity: 10 };

  it('adds a product once', () => {
    given().when(a('AddProduct', product)).then(added());
    given(added())
      .when(a('AddProduct', product))
      .then(a('ProductAdditionRejected', { productId, reason: 'already-added' }));
  });

  it('adds a product without units, but not with nonsense', () => {
    given()
      .when(a('AddProduct', { ...product, quantity: 0 }))
      .then(added(0));
    given()
      .when(a('AddProduct', { ...product, quantity: 1.5 }))
      .then(a('ProductAdditionRejected', { productId, reason: 'bad-quantity' }));
    given()
      .when(a('AddProduct', { ...product, price: -1 }))
      .then(a('ProductAdditionRejected', { productId, reason: 'bad-price' }));
  });

  it('restocks a known product', () => {
    given(added())
      .when(a('RestockProduct', { productId, quantity: 5 }))
      .then(a('ProductRestocked', { productId, quantity: 5, remaining: 15 }));
    given()
      .when(a('RestockProduct', { productId, quantity: 5 }))
      .then(a('RestockRejected', { productId, reason: 'unknown-product' }));
    given(added())
      .when(a('RestockProduct', { productId, quantity: 0 }))
      .then(a('RestockRejected', { productId, reason: 'bad-quantity' }));
  });

  it('changes a price, also to nothing, and says what it was', () => {
    const change = (price: number) => a('ChangeProductPrice', { productId, price });
    given(added())
      .when(change(2))
      .then(a('ProductPriceChanged', { productId, price: 2, previousPrice: 20 }));
    given(added())
      .when(change(0))
      .then(a('ProductPriceChanged', { productId, price: 0, previousPrice: 20 }));
    given(added()).when(change(20)).thenNothing();
    given(added())
      .when(change(-1))
      .then(a('PriceChangeRejected', { productId, reason: 'bad-price' }));
    given()
      .when(change(2))
      .then(a('PriceChangeRejected', { productId, reason: 'unknown-product' }));
  });
});

describe('warehouse: reservations', () => {
  it('holds all units or none', () => {
    given(added()).when(reserve(4)).then(reserved(4, 6));
    given(added(), reserved(4, 6))
      .when(reserve(7))
      .then(a('ReservationRejected', { productId, userId, cartId, quantity: 7, remaining: 6, reason: 'out-of-stock' }));
  });

  it('says when the last unit is held', () => {
    given(added()).when(reserve(10)).then(reserved(10, 0), a('ProductOutOfStock', { productId }));
  });

  it.each([0, -1, 0.5, Number.POSITIVE_INFINITY, Number.NaN])('refuses %s units', quantity => {
    const decided = warehouse.decide({ ...reserve(quantity), subject: productId, time: start }, given(added()).state());
    const data = { productId, userId, cartId, quantity, remaining: 10, reason: 'bad-quantity' };
    expect(decided).toEqual([{ type: 'ReservationRejected', data }]);
  });

  it('refuses a product that it does not know', () => {
    given()
      .when(reserve(1))
      .then(
        a('ReservationRejected', { productId, userId, cartId, quantity: 1, remaining: 0, reason: 'unknown-product' }),
      );
  });

  it('lets a hold grow and renews all of it, so that the older timer is stale', () => {
    const history = [added(), reserved(2, 8), reserved(3, 5, 10)];
    given(...history)
      .when(release('expired', start + reservationHoldMs))
      .thenNothing();
    given(...history)
      .when(release('expired', start + 10 * 60_000 + reservationHoldMs))
      .then(released(5, 10, 'expired'));
  });

  it('holds at the price of the moment', () => {
    given(added(), a('ProductPriceChanged', { productId, price: 5, previousPrice: 20 }))
      .when(reserve(1))
      .then(reserved(1, 9, 0, 5));
  });

  it('releases what is held, once', () => {
    given(added(), reserved(2, 8))
      .when(release('released'))
      .then(released(2, 10, 'released'));
    given(added(), reserved(2, 8), released(2, 10, 'released'))
      .when(release('released'))
      .thenNothing();
    given(added(), reserved(2, 8), released(2, 10, 'released'))
      .when(release('expired', start + reservationHoldMs))
      .thenNothing();
    given().when(release('released')).thenNothing();
  });

  it('sets a timer for the end of a hold', () => {
    const dueMs = start + (3 + holdMinutes) * 60_000;
    reactsTo(reserved(2, 8, 3)).by({ type: 'ReleaseReservation', subject: productId, dueMs });
  });
});

describe('warehouse: sales', () => {
  const held = [added(), reserved(2, 8)];

  it('sells what is held, once', () => {
    given(...held)
      .when(materialize(2))
      .then(materialized(2, 8));
    given(...held, materialized(2, 8))
      .when(materialize(2))
      .thenNothing();
    given(...held, materialized(2, 8))
      .when(release('released'))
      .thenNothing();
  });

  it('keeps holding what the order did not ask for', () => {
    given(...held)
      .when(materialize(1))
      .then(materialized(1, 8));
    given(...held, materialized(1, 8))
      .when(release('expired', start + reservationHoldMs))
      .then(released(1, 9, 'expired'));
  });

  it('rejects an order whose hold is gone or too small, for good', () => {
    given(added()).when(materialize(2)).then(lost(2));
    given(...held)
      .when(materialize(3))
      .then(lost(3));
    given(...held, lost(3))
      .when(materialize(2))
      .thenNothing();
    given().when(materialize(2)).then(lost(2));
  });

  it('takes back what was sold, once', () => {
    given(...held, materialized(2, 8))
      .when(takeBack(2))
      .then(returned(2, 10));
    given(...held, materialized(2, 8), returned(2, 10))
      .when(takeBack(2))
      .thenNothing();
    given(...held, materialized(2, 8), returned(2, 10))
      .when(materialize(2))
      .thenNothing();
  });

  it('takes back what was sold, whatever the command says', () => {
    given(...held, materialized(2, 8))
      .when(takeBack(7))
      .then(returned(2, 10));
  });

  it('takes nothing back from an order that got nothing', () => {
    given(added(), lost(2)).when(takeBack(2)).thenNothing();
    given().when(takeBack(2)).thenNothing();
  });

  it('gives up what a rejected order still holds when the order is cancelled', () => {
    given(...held, lost(3))
      .when(takeBack(3))
      .then(released(2, 10, 'released'));
  });

  it('sells nothing to an order whose cancellation came before the sale', () => {
    given(...held)
      .when(takeBack(2))
      .then(released(2, 10, 'released'), lost(2, 'order-cancelled'));
    given(...held, released(2, 10, 'released'), lost(2, 'order-cancelled'), reserved(2, 8))
      .when(materialize(2))
      .thenNothing();
  });

  it('counts every unit', () => {
    const restocked = a('ProductRestocked', { productId, quantity: 5, remaining: 13 });
    const product = given(...held, materialized(1, 8), restocked).state();
    expect(product).toMatchObject({ onHand: 13, sold: 1, added: 15 });
    expect(product?.reservations.get(cartId)?.quantity).toBe(1);
  });

  it('forgets orders after the time of return', () => {
    const days = returnableMs / 86_400_000;
    const other = { productId, orderId: 'o2', userId, cartId: 'c2', quantity: 1, reason: 'hold-lost' };
    const rememberedAfter = (passed: number) => {
      const later = a('MaterializationRejected', other, { days: passed });
      return [
        ...(given(...held, materialized(2, 8), later)
          .state()
          ?.supplies.keys() ?? []),
      ];
    };
    expect(rememberedAfter(days - 1)).toEqual([orderId, 'o2']);
    expect(rememberedAfter(days)).toEqual(['o2']);
  });
});

describe('warehouse: reactions', () => {
  const lines = [
    { productId: 'p1', quantity: 2, price: 20 },
    { productId: 'p2', quantity: 1, price: 5 },
  ];
  const order = { orderId, userId, cartId, lines, total: 45 };

  const each = (type: string) => ['p1', 'p2'].map(subject => ({ type, subject }));

  it('reserves what is added to a cart', () => {
    const addition = a('ProductAddedToCart', { cartId, userId, productId, quantity: 2 });
    reactsTo(addition).by({ type: 'ReserveProduct', subject: productId });
  });

  it('releases what a customer takes out or leaves, but not what the order takes over', () => {
    const removal = (reason: string) => a('ProductRemovedFromCart', { cartId, userId, productId, quantity: 2, reason });
    reactsTo(removal('customer')).by({ type: 'ReleaseReservation', subject: productId });
    reactsTo(removal('expired')).by();
    const cleared = (reason: string) => a('CartCleared', { cartId, userId, lines, reason });
    reactsTo(cleared('customer')).by(...each('ReleaseReservation'));
    reactsTo(cleared('checked-out')).by();
    reactsTo(a('CartAbandoned', { cartId, userId, lines })).by(...each('ReleaseReservation'));
  });

  it('sells to a paid order and takes back from a cancelled one', () => {
    const cancelled = (paid: boolean) => a('OrderCancelled', { ...order, reason: 'customer', paid });
    reactsTo(a('OrderPaid', order)).by(...each('MaterializeReservations'));
    reactsTo(cancelled(true)).by(...each('ReturnProduct'));
    reactsTo(cancelled(false)).by(...each('ReleaseReservation'));
  });
});
