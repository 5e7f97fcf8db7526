import { describe, expect, it } from 'vitest';
import { dispatchDelayMs, shipping, transitMs } from '../../../src/shop/services/shipping/service.ts';
import { a, specification, start } from './specification.ts';

const { given, reactsTo } = specification(shipping);

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

  it('takes 2 to 20 hours to dispatch and 24 to 72 hours in transit, by the order id', () => {
    const ids = Array.from({ length: 2_000 }, (_, index) => `order-${index}`);
    const hours = (delay: (id: string) => number) => ids.map(id => delay(id) / 3_600_000);
    for (const [low, high, drawn] of [
      [2, 20, hours(dispatchDelayMs)],
      [24, 72, hours(transitMs)],
    ] as const) {
      expect(Math.min(...drawn)).toBeGreaterThanOrEqual(low);
      expect(Math.min(...drawn)).toBeLessThan(low + (high - low) * 0.02);
      expect(Math.max(...drawn)).toBeLessThan(high);
      expect(Math.max(...drawn)).toBeGreaterThan(high - (high - low) * 0.02);
    }
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
    reactsTo(arranged).by({ type: 'DispatchShipment', subject: 'o1', dueMs: start + dispatchDelayMs('o1') });
    reactsTo(dispatched).by({ type: 'DeliverShipment', subject: 'o1', dueMs: start + transitMs('o1') });
  });
});
