import { z } from 'zod';
import { orderId, userId } from '../fields.ts';

/** Payloads of the commands to shipping. */
export const commands = {
  ArrangeShipment: z.object({ orderId, userId }).describe('An order was paid: prepare its parcel.'),
  DispatchShipment: z.object({ orderId, userId }).describe('Timer: the carrier takes the parcel.'),
  DeliverShipment: z.object({ orderId, userId }).describe('Timer: the parcel is at the door.'),
  CancelShipment: z
    .object({ orderId, userId })
    .describe('The order was cancelled: keep the parcel back or call it back.'),
} as const;

/** Payloads of the events of shipping. */
export const events = {
  ShipmentArranged: z.object({ orderId, userId }).describe('A parcel is being prepared.'),
  ShipmentDispatched: z.object({ orderId, userId }).describe('The parcel is on its way.'),
  ShipmentDelivered: z.object({ orderId, userId }).describe('The customer has the parcel.'),
  ShipmentCancelled: z
    .object({ orderId, userId })
    .describe(
      'The parcel will not leave, or comes back; also when the cancellation overtook the order or crossed the delivery.',
    ),
} as const;
