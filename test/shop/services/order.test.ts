import { describe, expect, it } from 'vitest';
import { order } from '../../../src/shop/services/order/service.ts';
import { a, specification } from './specification.ts';

const { given, reactsTo } = specification(order);

const orderId = 'o1';
const userId = 'u1';
const cartId = 'c1';
const lines = [
  { productId: 'p1', quantity: 3, price: 0.1 },
  { productId: 'p2', quantity: 1, price: 19.99 },
];
const whole = { orderId, userId, cartId, lines, total: 20.29 };

const submit = (change: object = {}) => a('SubmitOrder', { ...whole, ...change });
const created = a('OrderCreated', whole);
const paid = a('OrderPaid', whole);
const cancel = (reason: string) => a('CancelOrder', { orderId, userId, reason });
const cancelled = (reason: string, wasPaid: boolean) => a('OrderCancelled', { ...whole, reason, paid: wasPaid });
const completed = a('OrderCompleted', { orderId, userId, cartId, total: 20.29 });

describe('order', () => {
  it('is created from what the customer saw, once', () => {
    given().when(submit()).then(created);
    given(created).when(submit()).thenNothing();
  });

  it.each([
    ['no-lines', { lines: [], total: 0 }],
    ['bad-quantity', { lines: [{ productId: 'p1', quantity: 0, price: 1 }], total: 0 }],
    ['bad-quantity', { lines: [{ productId: 'p1', quantity: 0.5, price: 1 }], total: 0.5 }],
    ['bad-price', { lines: [{ productId: 'p1', quantity: 1, price: -1 }], total: -1 }],
    ['repeated-product', { lines: [lines[0], lines[0]], total: 0.6 }],
    ['total-mismatch', { total: 20.28 }],
  ])('is rejected: %s', (reason, change) => {
    given().when(submit(change)).then(a('OrderRejected', { orderId, userId, cartId, reason }));
  });

  it('adds up in cents: 3 x 0.1 + 19.99 is 20.29', () => {
    given()
      .when(submit({ total: 3 * 0.1 + 19.990000000000002 }))
      .then(created);
  });

  it('is paid once', () => {
    given(created).when(a('MarkOrderPaid', { orderId })).then(paid);
    given(created, paid).when(a('MarkOrderPaid', { orderId })).thenNothing();
  });

  it('is cancelled, and says whether it was paid', () => {
    given(created).when(cancel('customer')).then(cancelled('customer', false));
    given(created).when(cancel('payment-declined')).then(cancelled('payment-declined', false));
    given(created, paid).when(cancel('stock-lost')).then(cancelled('stock-lost', true));
    given(created, paid).when(cancel('customer')).then(cancelled('customer', true));
  });

  it('is completed only when paid', () => {
    given(created, paid).when(a('CompleteOrder', { orderId })).then(completed);
    given(created).when(a('CompleteOrder', { orderId })).thenNothing();
  });

  it('is forgotten when it has ended, and late messages find nothing to change', () => {
    for (const history of [
      [created, cancelled('customer', false)],
      [created, paid, completed],
    ]) {
      const ended = given(...history);
      expect(ended.state()).toBeUndefined();
      const late = [a('MarkOrderPaid', { orderId }), a('CompleteOrder', { orderId })];
      for (const command of [...late, cancel('stock-lost'), cancel('payment-declined')])
        ended.when(command).thenNothing();
      const rejected = a('OrderCancellationRejected', { orderId, userId, reason: 'no-such-order' });
      ended.when(cancel('customer')).then(rejected);
    }
  });

  it('reacts to payment, stock and delivery', () => {
    const payment = { orderId, userId, total: 20.29 };
    reactsTo(a('PaymentAuthorized', payment)).by({ type: 'MarkOrderPaid', subject: orderId });
    reactsTo(a('PaymentDeclined', { ...payment, reason: 'insufficient-funds' })).by({
      type: 'CancelOrder',
      subject: orderId,
    });
    reactsTo(a('PaymentDeclined', { ...payment, reason: 'order-cancelled' })).by();
    const supply = { productId: 'p1', orderId, userId, cartId, quantity: 3 };
    reactsTo(a('MaterializationRejected', { ...supply, reason: 'hold-lost' })).by({
      type: 'CancelOrder',
      subject: orderId,
    });
    reactsTo(a('MaterializationRejected', { ...supply, reason: 'order-cancelled' })).by();
    reactsTo(a('ShipmentDelivered', { orderId, userId })).by({ type: 'CompleteOrder', subject: orderId });
  });
});
