import { describe, expect, it } from 'vitest';
import { dayMs, hourMs, weekdayOf } from '../../../src/base/time.ts';
import { deliveryMs, dispatchMs, shipping } from '../../../src/shop/services/shipping/service.ts';
import { a, specification, start } from './specification.ts';

const { given, reactsTo } = specification(shipping);

const monday = Date.parse('2026-03-02');
const data = { orderId: 'o1', userId: 'u1' };
const arranged = a('ShipmentArranged', data);
const dispatched = a('ShipmentDispatched', data);
const delivered = a('ShipmentDelivered', data);
const cancelled = a('ShipmentCancelled', data);

describe('shipping', () => {
  it('arranges, dispatches and delivers, each once', () => {
    given().when(a('ArrangeShipment', data)).then(arranged);
    given(arranged).when(a('ArrangeShipment', data)).thenNothing();
    given(arranged).when(a('DispatchShipment', data)).then(dispatched);
    given(arranged, dispatched).when(a('DispatchShipment', data)).thenNothing();
    given(arranged, dispatched).when(a('DeliverShipment', data)).then(delivered);
    given(arranged).when(a('DeliverShipment', data)).thenNothing();
  });

  it('keeps a parcel back or calls it back, so that its timers are stale', () => {
    for (const history of [[arranged], [arranged, dispatched]]) {
      given(...history)
        .when(a('CancelShipment', data))
        .then(cancelled);
      given(...history, cancelled)
        .when(a('DispatchShipment', data))
        .thenNothing();
      given(...history, cancelled)
        .when(a('DeliverShipment', data))
        .thenNothing();
    }
  });

  it('arranges nothing for an order whose cancellation came first', () => {
    given().when(a('CancelShipment', data)).then(cancelled);
    given(cancelled).when(a('ArrangeShipment', data)).thenNothing();
    given(cancelled).when(a('CancelShipment', data)).thenNothing();
  });

  it('forgets what is delivered or cancelled', () => {
    expect(given(arranged, dispatched, delivered).state()).toBeUndefined();
    expect(given(arranged, cancelled).state()).toBeUndefined();
  });

  /** Orders at every hour of four weeks from a Monday. */
  const orders = Array.from({ length: 28 * 24 }, (_, hour) => ({
    id: `order-${hour}`,
    paidMs: monday + hour * hourMs,
  }));
  const hourOf = (timeMs: number) => (timeMs % dayMs) / hourMs;

  it('dispatches on working days from 8 to 17 h, some hours after the payment', () => {
    for (const { id, paidMs } of orders) {
      const dueMs = dispatchMs(id, paidMs);
      expect(weekdayOf(dueMs)).toBeLessThan(5);
      expect(hourOf(dueMs)).toBeGreaterThanOrEqual(8);
      expect(hourOf(dueMs)).toBeLessThan(17);
      expect(dueMs - paidMs).toBeGreaterThanOrEqual(hourMs);
      // Paid on a Friday morning, packed after 17 h, taken on Monday.
      expect(dueMs - paidMs).toBeLessThanOrEqual(3 * dayMs + 7 * hourMs);
    }
    const waits = orders.map(({ id, paidMs }) => dispatchMs(id, paidMs) - paidMs);
    expect(Math.min(...waits)).toBeLessThan(1.2 * hourMs);
    expect(Math.max(...waits)).toBeGreaterThan(2.8 * dayMs);
  });

  it('delivers one to three days later, and never on a Sunday', () => {
    const days = [0, 0, 0, 0, 0, 0, 0];
    for (const { id, paidMs } of orders) {
      const leftMs = dispatchMs(id, paidMs);
      const dueMs = deliveryMs(id, leftMs);
      days[weekdayOf(dueMs)] = (days[weekdayOf(dueMs)] ?? 0) + 1;
      expect(dueMs - leftMs).toBeGreaterThanOrEqual(dayMs);
      expect(dueMs - leftMs).toBeLessThan(4 * dayMs + 3 * hourMs);
      expect(hourOf(dueMs)).toBeGreaterThanOrEqual(8);
      expect(hourOf(dueMs)).toBeLessThan(20);
    }
    expect(days[6]).toBe(0);
    expect(Math.min(...days.slice(0, 6))).toBeGreaterThan(0);
  });

  it('reacts to orders and sets its timers', () => {
    const order = {
      orderId: 'o1',
      userId: 'u1',
      cartId: 'c1',
      lines: [{ productId: 'p1', quantity: 2, price: 20 }],
      total: 40,
    };
    reactsTo(a('OrderPaid', order)).by({ type: 'ArrangeShipment', subject: 'o1' });
    reactsTo(a('OrderCancelled', { ...order, reason: 'customer', paid: true })).by({
      type: 'CancelShipment',
      subject: 'o1',
    });
    reactsTo(a('OrderCancelled', { ...order, reason: 'customer', paid: false })).by();
    reactsTo(arranged).by({ type: 'DispatchShipment', subject: 'o1', dueMs: dispatchMs('o1', start) });
    reactsTo(dispatched).by({ type: 'DeliverShipment', subject: 'o1', dueMs: deliveryMs('o1', start) });
  });
});
