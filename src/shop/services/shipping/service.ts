import { hash32 } from '../../../base/hash.ts';
import { hourMs } from '../../../base/time.ts';
import {
  type CommandOf,
  defineService,
  type EventOf,
  nothing,
  type PublishedEventOf,
  type ReactionsOf,
} from '../define-service.ts';
import type { Service } from '../service.ts';
import { commands, events } from './messages.ts';

/**
 * A parcel until it is delivered or kept back. `cancelled` stands only for a cancellation that found no parcel: it refuses the
 * request for one that may still come, and is rare enough to be kept.
 */
export type Shipment = 'arranged' | 'dispatched' | 'cancelled';

/** From arranged to dispatched, 2 to 20 hours, by the order's id [ms]. */
export function dispatchDelayMs(orderId: string): number {
  return between(2 * hourMs, 20 * hourMs, hash32(`dispatch/${orderId}`));
}

/** From dispatched to delivered, 24 to 72 hours, by the order's id [ms]. */
export function transitMs(orderId: string): number {
  return between(24 * hourMs, 72 * hourMs, hash32(`transit/${orderId}`));
}

const reactions: ReactionsOf<typeof commands> = {
  OrderPaid: ({ data: { orderId, userId } }) => [
    { type: 'ArrangeShipment', subject: orderId, data: { orderId, userId } },
  ],
  OrderCancelled: ({ data: { orderId, userId, paid } }) =>
    paid ? [{ type: 'CancelShipment', subject: orderId, data: { orderId, userId } }] : nothing,
  ShipmentArranged: ({ time, data: { orderId, userId } }) => [
    { type: 'DispatchShipment', subject: orderId, data: { orderId, userId }, dueMs: time + dispatchDelayMs(orderId) },
  ],
  ShipmentDispatched: ({ time, data: { orderId, userId } }) => [
    { type: 'DeliverShipment', subject: orderId, data: { orderId, userId }, dueMs: time + transitMs(orderId) },
  ],
};

/** Parcels. */
export const shipping: Service<Shipment> = defineService({
  name: 'shipping',
  description: 'Prepares, dispatches and delivers the parcel of a paid order, or keeps it back.',
  aggregate: 'shipment',
  commands,
  events,
  decide,
  evolve,
  reactions,
});

function decide(command: CommandOf<typeof commands>, state: Shipment | undefined): readonly EventOf<typeof events>[] {
  const { orderId, userId } = command.data;
  switch (command.type) {
    case 'ArrangeShipment':
      return state === undefined ? [{ type: 'ShipmentArranged', data: { orderId, userId } }] : nothing;
    case 'DispatchShipment':
      return state === 'arranged' ? [{ type: 'ShipmentDispatched', data: { orderId, userId } }] : nothing;
    case 'DeliverShipment':
      return state === 'dispatched' ? [{ type: 'ShipmentDelivered', data: { orderId, userId } }] : nothing;
    case 'CancelShipment':
      return state === 'cancelled' ? nothing : [{ type: 'ShipmentCancelled', data: { orderId, userId } }];
  }
}

function evolve(state: Shipment | undefined, event: PublishedEventOf<typeof events>): Shipment | undefined {
  switch (event.type) {
    case 'ShipmentArranged':
      return 'arranged';
    case 'ShipmentDispatched':
      return 'dispatched';
    case 'ShipmentDelivered':
      return undefined;
    case 'ShipmentCancelled':
      return state === undefined ? 'cancelled' : undefined;
  }
}

function between(low: number, high: number, hash: number): number {
  return low + Math.floor((hash / 2 ** 32) * (high - low));
}
