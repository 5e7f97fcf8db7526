import { describe, expect, it } from 'vitest';
import {
  declinedShare,
  isDeclined,
  payment,
  reviewedShare,
  reviewMs,
} from '../../../src/shop/services/payment/service.ts';
import { a, specification, start } from './specification.ts';

const { given, reactsTo } = specification(payment);

const ids = Array.from({ length: 20_000 }, (_, index) => `order-${index}`);
const solvent = ids.find(id => !isDeclined(id) && reviewMs(id) === 0) ?? '';
const insolvent = ids.find(isDeclined) ?? '';

const data = (orderId: string) => ({ orderId, userId: 'u1', total: 40 });
const authorize = (orderId: string) => a('AuthorizePayment', data(orderId));
const refund = (orderId: string) => a('RefundPayment', data(orderId));
const authorized = a('PaymentAuthorized', data(solvent));
const refunded = a('PaymentRefunded', data(solvent));
const declined = (orderId: string, reason: string) => a('PaymentDeclined', { ...data(orderId), reason });

describe('payment', () => {
  it('is authorised once', () => {
    given().when(authorize(solvent)).then(authorized);
    given(authorized).when(authorize(solvent)).thenNothing();
  });

  it('is declined once, by the order id', () => {
    given().when(authorize(insolvent)).then(declined(insolvent, 'insufficient-funds'));
    given(declined(insolvent, 'insufficient-funds')).when(authorize(insolvent)).thenNothing();
  });

  it('is declined for about the stated share of orders: 20,000 ids, within 5 standard deviations', () => {
    const sd = Math.sqrt(ids.length * declinedShare * (1 - declinedShare));
    expect(Math.abs(ids.filter(isDeclined).length - ids.length * declinedShare)).toBeLessThan(5 * sd);
  });

  it('waits 5 to 45 minutes for a review of about the stated share of orders: 20,000 ids, within 5 standard deviations', () => {
    const sd = Math.sqrt(ids.length * reviewedShare * (1 - reviewedShare));
    const minutes = ids.map(id => reviewMs(id) / 60_000).filter(review => review > 0);
    expect(Math.abs(minutes.length - ids.length * reviewedShare)).toBeLessThan(5 * sd);
    expect([Math.min(...minutes), Math.max(...minutes)]).toEqual([5, 45]);
  });

  it('is taken after its review, unless the order was cancelled meanwhile', () => {
    const reviewed = ids.find(id => reviewMs(id) > 0 && !isDeclined(id)) ?? '';
    const started = a('PaymentReviewStarted', { ...data(reviewed), dueAt: start + reviewMs(reviewed) });
    const complete = a('CompletePaymentReview', data(reviewed));
    const taken = a('PaymentAuthorized', data(reviewed));
    const overtaken = declined(reviewed, 'order-cancelled');
    given().when(authorize(reviewed)).then(started);
    given(started).when(authorize(reviewed)).thenNothing();
    given(started).when(complete).then(taken);
    given(started, taken).when(complete).thenNothing();
    given(started).when(refund(reviewed)).then(overtaken);
    given(started, overtaken).when(complete).thenNothing();
    reactsTo(started).by({ type: 'CompletePaymentReview', subject: reviewed, dueMs: start + reviewMs(reviewed) });
  });

  it('is refunded once, and never taken again', () => {
    given(authorized).when(refund(solvent)).then(refunded);
    given(authorized, refunded).when(refund(solvent)).thenNothing();
    given(authorized, refunded).when(authorize(solvent)).thenNothing();
  });

  it('is not refunded when it was declined', () => {
    given(declined(insolvent, 'insufficient-funds')).when(refund(insolvent)).thenNothing();
  });

  it('is never taken for an order whose cancellation came before the request for payment', () => {
    const overtaken = declined(solvent, 'order-cancelled');
    given().when(refund(solvent)).then(overtaken);
    given(overtaken).when(authorize(solvent)).thenNothing();
  });

  it('reacts to orders; a cancellation may find a payment that the order does not know of yet', () => {
    const order = { ...data(solvent), cartId: 'c1', lines: [{ productId: 'p1', quantity: 2, price: 20 }] };
    const cancelled = (reason: string, paid: boolean) => a('OrderCancelled', { ...order, reason, paid });
    const refunding = { type: 'RefundPayment', subject: solvent };
    reactsTo(a('OrderCreated', order)).by({ type: 'AuthorizePayment', subject: solvent });
    reactsTo(cancelled('customer', false)).by(refunding);
    reactsTo(cancelled('stock-lost', true)).by(refunding);
    reactsTo(cancelled('payment-declined', false)).by();
  });
});
