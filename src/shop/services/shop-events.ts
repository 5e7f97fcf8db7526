import type { events as cart } from './cart/messages.ts';
import type { events as notification } from './notification/messages.ts';
import type { events as order } from './order/messages.ts';
import type { events as payment } from './payment/messages.ts';
import type { events as shipping } from './shipping/messages.ts';
import type { events as userManagement } from './user-management/messages.ts';
import type { events as warehouse } from './warehouse/messages.ts';

/** The payload schema of every event of the shop, by its type: what a reaction may read. Types only: nothing is loaded. */
export type ShopEvents = typeof userManagement &
  typeof warehouse &
  typeof cart &
  typeof order &
  typeof payment &
  typeof shipping &
  typeof notification;
