import { hash32 } from '../../../base/hash.ts';
import { dayMs, hourMs, weekdayOf } from '../../../base/time.ts';
import {
  type CommandOf,
  defineService,
  type EventOf,
  nothing,
  type PublishedEventOf,
  type ReactionsOf,
} from '../define-service.ts';
import { commands, events } from './messages.ts';

/**
 * A parcel until it is delivered or kept back. `cancelled` stands only for a cancellation that found no parcel: it refuses the
 * request for one that may still come, and is rare enough to be kept.
 */
export type Shipment = 'arranged' | 'dispatched' | 'cancelled';

/*
 * Of the first 4,998 orders in Olist's public dataset (kaggle.com/datasets/olistbr/brazilian-ecommerce), carriers took 97.8 % on Monday to
 * Friday and none on a Sunday; 1.6 % were delivered on a Sunday.
 */

/** When the carrier takes parcels, Monday to Friday [h, UTC]. */
export const pickupHours = { from: 8, to: 17 } as const;

/**
 * When a parcel is dispatched [ms]. It is packed in 1 to 7 hours. If the carrier comes then, it leaves at once; otherwise at an hour of the
 * next working day. The order's id selects both.
 */
export function dispatchMs(orderId: string, arrangedMs: number): number {
  const packedMs = arrangedMs + between(hourMs, 7 * hourMs, hash32(`pack/${orderId}`));
  const midnightMs = packedMs - (packedMs % dayMs);
  const hour = (packedMs - midnightMs) / hourMs;
  const isWorkingDay = (timeMs: number) => weekdayOf(timeMs) < 5;
  if (isWorkingDay(midnightMs) && hour >= pickupHours.from && hour < pickupHours.to) return packedMs;
  let nextMs = hour < pickupHours.from ? midnightMs : midnightMs + dayMs;
  while (!isWorkingDay(nextMs)) nextMs += dayMs;
  return nextMs + between(pickupHours.from * hourMs, pickupHours.to * hourMs, hash32(`dispatch/${orderId}`));
}

/** When a parcel is delivered [ms]: 1, 2 or 3 days and up to 3 hours after it was dispatched, or a day later if that is a Sunday. */
export function deliveryMs(orderId: string, dispatchedMs: number): number {
  const draw = hash32(`transit/${orderId}`);
  const dueMs = dispatchedMs + (1 + (draw % 3)) * dayMs + between(0, 3 * hourMs, draw);
  return weekdayOf(dueMs) === 6 ? dueMs + dayMs : dueMs;
}

const reactions: ReactionsOf<typeof commands> = {
  OrderPaid: ({ data: { orderId, userId } }) => [
    { type: 'ArrangeShipment', subject: orderId, data: { orderId, userId } },
  ],
  OrderCancelled: ({ data: { orderId, userId, paid } }) =>
    paid ? [{ type: 'CancelShipment', subject: orderId, data: { orderId, userId } }] : nothing,
  ShipmentArranged: ({ time, data: { orderId, userId } }) => [
    { type: 'DispatchShipment', subject: orderId, data: { orderId, userId }, dueMs: dispatchMs(orderId, time) },
  ],
  ShipmentDispatched: ({ time, data: { orderId, userId } }) => [
    { type: 'DeliverShipment', subject: orderId, data: { orderId, userId }, dueMs: deliveryMs(orderId, time) },
  ],
};

/** Parcels. */
export const shipping = defineService({
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
