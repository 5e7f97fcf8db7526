import type { ServiceName } from '../../broker/topics.ts';
import type { events as cart } from './cart/messages.ts';
import type { events as notification } from './notification/messages.ts';
import type { events as order } from './order/messages.ts';
import type { events as payment } from './payment/messages.ts';
import type { MessageSchemas } from './service.ts';
import type { events as shipping } from './shipping/messages.ts';
import type { events as userManagement } from './user-management/messages.ts';
import type { events as warehouse } from './warehouse/messages.ts';

/** A service that is left out does not compile. */
type OfEachService<Schemas extends Readonly<Record<ServiceName, MessageSchemas>>> = Schemas;

type EventsByService = OfEachService<{
  'user-management': typeof userManagement;
  warehouse: typeof warehouse;
  cart: typeof cart;
  order: typeof order;
  payment: typeof payment;
  shipping: typeof shipping;
  notification: typeof notification;
}>;

type IntersectionOf<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer All) => void
  ? All
  : never;

/** The payload schema of every event of the shop, by its type: what a reaction may read. Types only: nothing is loaded. */
export type ShopEvents = IntersectionOf<EventsByService[ServiceName]>;
